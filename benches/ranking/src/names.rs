//! Names of people, who are invented.

use crate::random::Random;

const FIRST: [&str; 32] = [
    "Amara", "Benedikt", "Chiara", "Dmitri", "Elodie", "Farid", "Greta", "Hassan", "Ingrid", "Jonas",
    "Kavita", "Liam", "Maren", "Nuria", "Oskar", "Priya", "Quentin", "Rosa", "Samir", "Tove", "Ulrike",
    "Viktor", "Wanda", "Xavier", "Yasmin", "Zoltan", "Alice", "Bruno", "Carmen", "David", "Esther", "Felix",
];
const LAST: [&str; 32] = [
    "Abara",
    "Brandt",
    "Castellano",
    "Dubois",
    "Eriksen",
    "Fontaine",
    "Gallagher",
    "Hoffmann",
    "Iqbal",
    "Jansen",
    "Kowalski",
    "Lindqvist",
    "Moreau",
    "Navarro",
    "Okafor",
    "Petrov",
    "Quinn",
    "Rossi",
    "Sanchez",
    "Tanaka",
    "Underhill",
    "Vogel",
    "Whitaker",
    "Xu",
    "Yilmaz",
    "Zimmer",
    "Ashworth",
    "Baptiste",
    "Campbell",
    "Dvorak",
    "Ellison",
    "Ferrari",
];

/// A first and a last name.
pub(crate) fn name(random: &mut Random) -> (String, String) {
    (random.pick(&FIRST).to_owned(), random.pick(&LAST).to_owned())
}
