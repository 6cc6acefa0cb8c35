//! Skill names, their aliases, and finding them in text.
