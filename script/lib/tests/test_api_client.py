import json
import threading
import unittest
from http.server import BaseHTTPRequestHandler, HTTPServer

from lib import api_client
from lib.base import Failed


class Scripted(BaseHTTPRequestHandler):
    """Answers what the test wrote down, in order, and keeps what it was asked."""

    def answer(self):
        length = int(self.headers.get("Content-Length") or 0)
        self.server.asked.append((self.command, self.path, dict(self.headers), self.rfile.read(length)))
        status, headers, body = self.server.answers.pop(0)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        text = json.dumps(body).encode()
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = answer

    def log_message(self, *_):
        """Says nothing."""


class ApiClient(unittest.TestCase):
    def setUp(self):
        self.server = HTTPServer(("127.0.0.1", 0), Scripted)
        self.server.asked, self.server.answers = [], []
        thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.client = api_client.Client(f"http://127.0.0.1:{self.server.server_port}/api/v1", "r@demo.example", "pw")
        self.client.token = "first"

    def test_a_busy_answer_is_waited_out_and_sent_again_under_the_same_key(self):
        self.server.answers = [(429, {"Retry-After": "0"}, {}), (503, {"Retry-After": "0"}, {}), (201, {}, {"data": {"id": 1}})]
        self.assertEqual(self.client.call("POST", "/jobs", {"title": "x"}), {"data": {"id": 1}})
        keys = {headers["Idempotency-Key"] for _, _, headers, _ in self.server.asked}
        self.assertEqual((len(self.server.asked), len(keys)), (3, 1))

    def test_two_uploads_have_two_keys_and_the_file_arrives_whole(self):
        self.server.answers = [(201, {}, {"data": {}})] * 2
        for _ in range(2):
            self.client.upload("/candidates/upload", 'a"b\r\n.pdf', b"\x00\xff\r\n--")
        first, second = (headers["Idempotency-Key"] for _, _, headers, _ in self.server.asked)
        self.assertNotEqual(first, second)
        body = self.server.asked[0][3]
        self.assertIn(b'filename="a%22b__.pdf"', body)
        self.assertIn(b"\r\n\r\n\x00\xff\r\n--\r\n--", body)

    def test_a_token_that_ran_out_is_replaced_once(self):
        self.server.answers = [(401, {}, {}), (200, {}, {"access_token": "second"}), (200, {}, {"data": []})]
        self.assertEqual(self.client.get("/jobs", search="a b"), {"data": []})
        self.assertEqual(self.server.asked[-1][2]["Authorization"], "Bearer second")
        self.assertEqual(self.server.asked[-1][1], "/api/v1/jobs?search=a+b")

    def test_a_refusal_says_what_the_problem_document_says(self):
        self.server.answers = [(415, {}, {"title": "Unsupported file", "detail": "this is a PNG"})]
        with self.assertRaisesRegex(api_client.Problem, "415 Unsupported file: this is a PNG"):
            self.client.upload("/candidates/upload", "a.pdf", b"x")

    def test_a_wrong_login_is_one_readable_line(self):
        self.server.answers = [(401, {}, {"title": "Unauthorized"})]
        with self.assertRaisesRegex(Failed, "r@demo.example cannot log in"):
            self.client.login()


if __name__ == "__main__":
    unittest.main()
