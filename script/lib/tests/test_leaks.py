"""The search for leaks finds each kind of leak, and does not take an empty log for a clean one."""

import tempfile
import unittest
from pathlib import Path

from lib import leaks
from lib.base import Failed

USUAL = [f'{{"level":"INFO","message":"{words}","request_id":"r-1"}}' for words in leaks.USUAL]
LEAKS = {
    "what the tests plant": '{"message":"searching for Zzcanary"}',
    "an e-mail address": '{"message":"no account for somebody@mail.example.org"}',
    "a person of the tests, or their file": '{"message":"read Ada Lovelace"}',
    "an access token": '{"message":"refused eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln"}',
    "what authorizes": '{"message":"sent Authorization: Bearer abcdefghijkl"}',
    "a password in a URL": '{"message":"connecting to postgres://hiring:secret@db/hiring"}',
    "a key of the tests": '{"message":"asking with sk-secret"}',
}


class Leaks(unittest.TestCase):
    """Logs of a run, as the search sees them."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def search(self, *files):
        for number, lines in enumerate(files):
            (self.folder / f"it-{number}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
        return leaks.search(self.folder)

    def test_a_clean_run_passes(self):
        self.assertEqual(self.search(USUAL[:1], USUAL[1:]), len(leaks.RULES))

    def test_each_kind_of_leak_is_found_in_whichever_file(self):
        self.assertEqual(set(LEAKS), set(leaks.RULES))
        for rule, line in LEAKS.items():
            with self.subTest(rule), self.assertRaises(Failed) as caught:
                self.search(USUAL, [line])
            self.assertIn(rule, str(caught.exception))

    def test_logs_that_were_not_recorded_do_not_pass(self):
        with self.assertRaises(Failed):
            leaks.search(self.folder)
        for missing in range(len(USUAL)):
            with self.assertRaises(Failed):
                self.search(USUAL[:missing] + USUAL[missing + 1:])

    def test_ids_routes_and_releases_are_no_leaks(self):
        line = '{"route":"/api/v1/candidates/{id}","user":"0198c5a0-7d2b-7000-8000-000000000001","release":"hiring-agent@0.1.0","at":"127.0.0.1:8000"}'
        self.assertEqual(self.search([*USUAL, line]), len(leaks.RULES))
