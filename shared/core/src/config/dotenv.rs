//! The `.env` file, read in development only.

/// `NAME=value` lines; `#` starts a comment line, `export ` and one pair of quotes are dropped.
pub(super) fn parse(text: &str) -> Vec<(String, String)> {
    let lines = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .filter_map(|line| line.strip_prefix("export ").unwrap_or(line).split_once('='))
        .map(|(name, value)| {
            let value = value.trim();
            let unquoted = ['"', '\''].iter().find_map(|&quote| {
                value
                    .strip_prefix(quote)
                    .and_then(|inner| inner.strip_suffix(quote))
            });
            (name.trim().to_owned(), unquoted.unwrap_or(value).to_owned())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dotenv_lines_may_be_quoted_exported_and_commented() {
        let pairs = parse("# comment\nexport A=1\nB = \"two words\"\n\nC='x=y'\nnot a pair\n");
        let expected = [("A", "1"), ("B", "two words"), ("C", "x=y")];
        assert_eq!(
            pairs,
            expected.map(|(name, value)| (name.to_owned(), value.to_owned()))
        );
    }
}
