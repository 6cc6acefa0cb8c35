import os
import tempfile
import unittest
from pathlib import Path

from lib import cargo_tests, demo, lcov, memory, terminal

OUTPUT = """   Compiling hiring-api v0.1.0
     Running unittests src/lib.rs (target/debug/deps/hiring_api)
running 3 tests
test a ... ok
test b::c ... FAILED
test d ... ignored, takes minutes
failures:

---- b::c stdout ----
thread panicked
SKIPPED text::pdftotext_agrees: pdftotext is not on PATH
test result: FAILED. 2 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out
   Doc-tests hiring_api
test result: ok. 4 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out
"""


class Counting(unittest.TestCase):
    def test_tests_are_counted_over_all_programs_and_the_skipped_are_named(self):
        tally = cargo_tests.Tally()
        shown = [line for line in OUTPUT.splitlines() if tally.read(line)]
        self.assertEqual((tally.passed, tally.failed, tally.broken), (5, 1, ["b::c"]))
        self.assertEqual(tally.skipped, ["d: marked as ignored", "text::pdftotext_agrees: pdftotext is not on PATH"])
        self.assertIn("thread panicked", shown)
        self.assertNotIn("test a ... ok", shown)


class Lines(unittest.TestCase):
    def test_only_the_products_lines_above_its_tests_are_measured(self):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            (root / "api/src").mkdir(parents=True)
            (root / "api/src/lib.rs").write_text("fn a() {}\nfn b() {}\n#[cfg(test)]\nmod tests {\n}\n")
            text = f"SF:{root}/api/src/lib.rs\nDA:1,3\nDA:2,0\nDA:4,1\nend_of_record\nSF:{root}/shared/testkit/src/lib.rs\nDA:1,0\n"
            files = lcov.read(text, root)
        self.assertEqual(files, {"api/src/lib.rs": {1: 3, 2: 0}})
        self.assertEqual(lcov.share(files), (1, 2))
        self.assertEqual(lcov.missed({1: 0, 2: 0, 3: 1, 5: 0}), "1-2, 5")


class Telling(unittest.TestCase):
    def test_cells_fit_their_columns_whatever_they_hold(self):
        self.assertEqual(terminal.fit("İzmir", 8), "İzmir   ")
        self.assertEqual(terminal.fit("日本語テキスト", 8), "日本語…" + " ")
        self.assertEqual(terminal.fit("a\x1b[31m\nb", 12), "a [31m b    ")

    def test_a_candidates_failure_is_found_beside_or_inside_its_status(self):
        beside = {"status": "failed", "failure": {"code": "encrypted", "reason": "it has a password"}}
        inside = {"status": {"failed": {"code": "encrypted", "reason": "it has a password"}}}
        self.assertEqual(demo.status_of(beside), ("failed", "it has a password (encrypted)"))
        self.assertEqual(demo.status_of(inside), demo.status_of(beside))

    def test_the_first_quote_names_its_component(self):
        match = {"components": [{"name": "location", "evidence": []},
                                {"name": "must_have", "evidence": [{"quote": "Python,\n Go", "start": 0, "end": 9}]}]}
        self.assertEqual(demo.first_quote(match), "must have: “Python, Go”")


@unittest.skipUnless(Path("/proc/self/smaps_rollup").exists(), "PSS is only told by Linux")
class Memory(unittest.TestCase):
    def test_a_tree_counts_its_children(self):
        self.assertIn(os.getpid(), memory.tree(os.getppid()))
        self.assertGreater(memory.pss(os.getpid()), 1 << 20)


if __name__ == "__main__":
    unittest.main()
