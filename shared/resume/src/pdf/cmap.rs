//! Character maps: codes to text (`ToUnicode`) or to character identifiers (`Encoding`).

use std::collections::HashMap;

use super::lexer::{Lexer, Token};

/// Most codes that one map may hold; a font has at most 65,536 glyphs.
const MAX_CODES: usize = 70_000;

/// Most ranges of codes or identifiers that one map may hold.
const MAX_RANGES: usize = 20_000;

/// What a font says about the meaning of its codes.
#[derive(Debug, Default)]
pub(super) struct CMap {
    /// Lengths of codes in bytes, with the lowest and highest of each.
    spaces: Vec<(usize, u32, u32)>,
    codes: HashMap<u32, String>,
    /// Lowest and highest code, and the identifier of the lowest.
    identifiers: Vec<(u32, u32, u32)>,
}

impl CMap {
    /// Reads as much as can be understood.
    pub fn parse(bytes: &[u8]) -> Self {
        let mut map = Self::default();
        let mut lexer = Lexer::new(bytes);
        let mut operands: Vec<Operand> = Vec::new();
        let mut array = false;
        while let Some(token) = lexer.next() {
            match token {
                Token::Text(text) if array => {
                    if let Some(Operand::List(list)) = operands.last_mut() {
                        list.push(text);
                    }
                }
                Token::Text(text) => operands.push(Operand::Code(text)),
                Token::Number(value) if !array => operands.push(Operand::Number(value as u32)),
                Token::ArrayStart => {
                    array = true;
                    operands.push(Operand::List(Vec::new()));
                }
                Token::ArrayEnd => array = false,
                Token::Operator(name) => {
                    map.apply(name, &operands);
                    operands.clear();
                }
                _ => {}
            }
        }
        map
    }

    /// The text of a code.
    pub fn get(&self, code: u32) -> Option<&str> {
        self.codes.get(&code).map(String::as_str)
    }

    /// The codes whose text is known.
    pub fn codes(&self) -> impl Iterator<Item = u32> + '_ {
        self.codes.keys().copied()
    }

    /// Whether the map says nothing.
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    /// Length of the code that `bytes` begins with, `None` where the map does not say.
    pub fn length(&self, bytes: &[u8]) -> Option<usize> {
        let fits = |(length, low, high): &&(usize, u32, u32)| {
            let code = bytes.get(..*length).map(number);
            code.is_some_and(|code| (*low..=*high).contains(&code))
        };
        let found = self.spaces.iter().find(fits).or_else(|| self.spaces.first());
        found.map(|(length, _, _)| *length)
    }

    /// The character identifier of a code.
    pub fn identifier(&self, code: u32) -> Option<u32> {
        let mut ranges = self.identifiers.iter();
        let (low, _, first) = ranges.find(|(low, high, _)| (*low..=*high).contains(&code))?;
        Some(first.saturating_add(code - low))
    }

    fn apply(&mut self, operator: &[u8], operands: &[Operand]) {
        match operator {
            b"endcodespacerange" => {
                for pair in operands.chunks_exact(2) {
                    if let [Operand::Code(low), Operand::Code(high)] = pair
                        && self.spaces.len() < MAX_RANGES
                    {
                        self.spaces
                            .push((low.len().clamp(1, 4), number(low), number(high)));
                    }
                }
            }
            b"endcidrange" => {
                for triple in operands.chunks_exact(3) {
                    if let [Operand::Code(low), Operand::Code(high), Operand::Number(first)] = triple {
                        self.identify(number(low), number(high), *first);
                    }
                }
            }
            b"endcidchar" => {
                for pair in operands.chunks_exact(2) {
                    if let [Operand::Code(code), Operand::Number(identifier)] = pair {
                        self.identify(number(code), number(code), *identifier);
                    }
                }
            }
            b"endbfchar" => {
                for pair in operands.chunks_exact(2) {
                    if let [Operand::Code(code), Operand::Code(text)] = pair {
                        self.put(number(code), utf16(text));
                    }
                }
            }
            b"endbfrange" => {
                for triple in operands.chunks_exact(3) {
                    if let [Operand::Code(low), Operand::Code(high), target] = triple {
                        self.put_range(number(low), number(high), target);
                    }
                }
            }
            _ => {}
        }
    }

    fn put_range(&mut self, low: u32, high: u32, target: &Operand) {
        let high = high.min(low.saturating_add(0xffff));
        match target {
            Operand::List(texts) => {
                for (code, text) in (low..=high).zip(texts) {
                    self.put(code, utf16(text));
                }
            }
            Operand::Number(_) => {}
            Operand::Code(first) => {
                let first = utf16(first);
                let mut rest: Vec<char> = first.chars().collect();
                let Some(last) = rest.pop() else { return };
                for code in low..=high {
                    let Some(c) = char::from_u32(u32::from(last).saturating_add(code - low)) else {
                        continue;
                    };
                    let mut text: String = rest.iter().collect();
                    text.push(c);
                    self.put(code, text);
                    if self.codes.len() >= MAX_CODES {
                        break;
                    }
                }
            }
        }
    }

    fn identify(&mut self, low: u32, high: u32, first: u32) {
        if self.identifiers.len() < MAX_RANGES {
            self.identifiers.push((low, high, first));
        }
    }

    fn put(&mut self, code: u32, text: String) {
        if self.codes.len() < MAX_CODES && text.len() <= 64 {
            self.codes.insert(code, text);
        }
    }
}

enum Operand {
    Code(Vec<u8>),
    Number(u32),
    List(Vec<Vec<u8>>),
}

fn number(bytes: &[u8]) -> u32 {
    bytes
        .iter()
        .take(4)
        .fold(0, |value, byte| (value << 8) | u32::from(*byte))
}

fn utf16(bytes: &[u8]) -> String {
    if let [only] = bytes {
        return char::from(*only).to_string();
    }
    let units = bytes.chunks_exact(2).map(|pair| match pair {
        [high, low] => u16::from_be_bytes([*high, *low]),
        _ => 0,
    });
    char::decode_utf16(units)
        .map(|c| c.unwrap_or('\u{fffd}'))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::CMap;

    #[test]
    fn characters_ranges_and_lists_are_mapped() {
        let map = CMap::parse(
            b"1 begincodespacerange <0000> <ffff> endcodespacerange
              1 beginbfchar <0003> <00660069> endbfchar
              2 beginbfrange <0010> <0012> <0041> <0020> <0021> [<0061> <0062>] endbfrange",
        );
        assert_eq!(map.length(b"ab"), Some(2));
        assert_eq!(map.get(3), Some("fi"));
        assert_eq!(map.get(0x12), Some("C"));
        assert_eq!(map.get(0x21), Some("b"));
        assert_eq!(map.get(0x22), None);
    }

    #[test]
    fn codes_of_several_lengths_are_told_apart_and_identified() {
        let map = CMap::parse(
            b"2 begincodespacerange <00> <80> <8140> <fefe> endcodespacerange
              1 begincidrange <20> <7e> 231 endcidrange 1 begincidchar <8140> 7 endcidchar",
        );
        assert_eq!(map.length(b"A"), Some(1));
        assert_eq!(map.length(b"\x81\x40"), Some(2));
        assert_eq!(map.identifier(0x21), Some(232));
        assert_eq!(map.identifier(0x8140), Some(7));
        assert_eq!(map.identifier(0x8141), None);
    }
}
