//! Cities.

/// A city and its country.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Place {
    pub(crate) city: &'static str,
    pub(crate) country: &'static str,
    /// A postal code of the city.
    pub(crate) code: &'static str,
    /// A street of it.
    pub(crate) street: &'static str,
}

const fn place(city: &'static str, country: &'static str, code: &'static str, street: &'static str) -> Place {
    Place {
        city,
        country,
        code,
        street,
    }
}

/// Where jobs and people are; the first two share a country.
pub(crate) const PLACES: [Place; 12] = [
    place("Berlin", "Germany", "10115", "Gartenstraße 12"),
    place("Hamburg", "Germany", "20095", "Lange Reihe 4"),
    place("Munich", "Germany", "80331", "Sendlinger Straße 30"),
    place("London", "United Kingdom", "SE1 7TP", "9 Lower Marsh"),
    place("Manchester", "United Kingdom", "M1 2JA", "81 Dale Street"),
    place("Leeds", "United Kingdom", "LS1 6AE", "16 Park Row"),
    place("Paris", "France", "75011", "8 rue Oberkampf"),
    place("Lyon", "France", "69002", "21 rue Mercière"),
    place("Madrid", "Spain", "28004", "Calle del Barco 7"),
    place("Valencia", "Spain", "46003", "Calle de la Paz 18"),
    place("Vienna", "Austria", "1070", "Lindengasse 5"),
    place("Dublin", "Ireland", "D02 X285", "44 Dawson Street"),
];
