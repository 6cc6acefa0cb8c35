//! Tokens of a content stream. Nesting is not followed, so no file can make it deep.

/// One token.
#[derive(Debug, PartialEq)]
pub(super) enum Token<'a> {
    Number(f32),
    Name(&'a [u8]),
    Text(Vec<u8>),
    ArrayStart,
    ArrayEnd,
    Other,
    Operator(&'a [u8]),
}

pub(super) struct Lexer<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Lexer<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn take_while(&mut self, keep: impl Fn(u8) -> bool) -> &'a [u8] {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let length = rest.iter().position(|byte| !keep(*byte)).unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }

    /// The next token, `None` at the end.
    pub fn next(&mut self) -> Option<Token<'a>> {
        loop {
            match self.peek()? {
                0 | 9 | 10 | 12 | 13 | 32 => self.at += 1,
                b'%' => {
                    self.take_while(|byte| byte != b'\n' && byte != b'\r');
                }
                _ => break,
            }
        }
        let first = self.peek()?;
        Some(match first {
            b'[' => self.one(Token::ArrayStart),
            b']' => self.one(Token::ArrayEnd),
            b'(' => Token::Text(self.literal()),
            b'<' if self.bytes.get(self.at + 1) == Some(&b'<') => {
                self.at += 1;
                self.one(Token::Other)
            }
            b'<' => Token::Text(self.hexadecimal()),
            b'/' => {
                self.at += 1;
                Token::Name(self.take_while(regular))
            }
            b'+' | b'-' | b'.' | b'0'..=b'9' => Token::Number(number(
                self.take_while(|b| matches!(b, b'+' | b'-' | b'.' | b'0'..=b'9')),
            )),
            byte if regular(byte) => Token::Operator(self.take_while(regular)),
            _ => self.one(Token::Other),
        })
    }

    fn one(&mut self, token: Token<'a>) -> Token<'a> {
        self.at += 1;
        token
    }

    fn literal(&mut self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut depth = 0_usize;
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'(' => {
                    depth += 1;
                    if depth > 1 {
                        out.push(byte);
                    }
                }
                b')' => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        break;
                    }
                    out.push(byte);
                }
                b'\\' => self.escape(&mut out),
                _ => out.push(byte),
            }
        }
        out
    }

    fn escape(&mut self, out: &mut Vec<u8>) {
        let Some(byte) = self.peek() else { return };
        self.at += 1;
        match byte {
            b'n' => out.push(b'\n'),
            b'r' => out.push(b'\r'),
            b't' => out.push(b'\t'),
            b'b' => out.push(8),
            b'f' => out.push(12),
            b'\r' => {
                if self.peek() == Some(b'\n') {
                    self.at += 1;
                }
            }
            b'\n' => {}
            b'0'..=b'7' => {
                let mut value = u32::from(byte - b'0');
                for _ in 0..2 {
                    match self.peek() {
                        Some(digit @ b'0'..=b'7') => {
                            value = value * 8 + u32::from(digit - b'0');
                            self.at += 1;
                        }
                        _ => break,
                    }
                }
                out.push((value & 0xff) as u8);
            }
            other => out.push(other),
        }
    }

    fn hexadecimal(&mut self) -> Vec<u8> {
        self.at += 1;
        let digits = self.take_while(|byte| byte != b'>');
        self.at += 1;
        hex_bytes(digits)
    }

    /// Skips the data of an inline image, up to and with `EI`.
    pub fn skip_inline_image(&mut self) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let end = rest.windows(3).enumerate().position(|(at, window)| {
            window.ends_with(b"EI")
                && window.first().is_some_and(|byte| byte.is_ascii_whitespace())
                && rest.get(at + 3).is_none_or(|byte| byte.is_ascii_whitespace())
        });
        self.at = end.map_or(self.bytes.len(), |at| self.at + at + 3);
    }
}

/// The bytes of a hexadecimal string, whatever else stands between the digits.
pub(super) fn hex_bytes(digits: &[u8]) -> Vec<u8> {
    let mut nibbles = digits.iter().filter_map(|byte| (*byte as char).to_digit(16));
    let mut out = Vec::with_capacity(digits.len() / 2 + 1);
    while let Some(high) = nibbles.next() {
        let low = nibbles.next().unwrap_or(0);
        out.push((high * 16 + low) as u8);
    }
    out
}

fn regular(byte: u8) -> bool {
    !matches!(
        byte,
        0 | 9 | 10 | 12 | 13 | 32 | b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%'
    )
}

/// A number as PDF writes it; anything unreadable is 0, as viewers do.
fn number(text: &[u8]) -> f32 {
    let mut value = 0.0_f32;
    let mut scale = 0.0_f32;
    let mut negative = false;
    for (at, byte) in text.iter().enumerate() {
        match byte {
            b'-' if at == 0 => negative = true,
            b'0'..=b'9' if scale == 0.0 => value = value * 10.0 + f32::from(byte - b'0'),
            b'0'..=b'9' => {
                value += f32::from(byte - b'0') * scale;
                scale /= 10.0;
            }
            b'.' if scale == 0.0 => scale = 0.1,
            b'-' if at > 0 => break,
            _ => {}
        }
    }
    if negative { -value } else { value }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_numbers_names_and_operators_are_told_apart() {
        let mut lexer = Lexer::new(b"/F1 -12.5 Tf [(a\\(b\\051) <41 4>]TJ % end");
        let mut tokens = Vec::new();
        while let Some(token) = lexer.next() {
            tokens.push(token);
        }
        assert_eq!(
            tokens,
            [
                Token::Name(b"F1"),
                Token::Number(-12.5),
                Token::Operator(b"Tf"),
                Token::ArrayStart,
                Token::Text(b"a(b)".to_vec()),
                Token::Text(b"A@".to_vec()),
                Token::ArrayEnd,
                Token::Operator(b"TJ"),
            ]
        );
    }
}
