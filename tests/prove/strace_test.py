"""Does the reading of strace notice a reply that came too early?"""

import unittest

import strace

SOCKET = "11<TCP:[127.0.0.1:8080->127.0.0.1:5000]>"
WAL = "9</tmp/data/primary.db-wal>"
REQUEST = f'1 recvfrom({SOCKET}, "POST /api/records HTTP/1.1\\r\\nHost"..., 8192, 0, NULL, NULL) = 300'
BODY = f'1 recvfrom({SOCKET}, "{{\\"metadata\\": "..., 8192, 0, NULL, NULL) = 900'
LOGGED = f'2 write({WAL}, "abc"..., 4120) = 4120'
SYNC = f"2 fdatasync({WAL}) = 0"
REPLY = f'1 writev({SOCKET}, [{{iov_base="HTTP/1.1 201 Created\\r\\ncontent-ty"..., iov_len=90}}], 1) = 90'


def verdicts(*lines):
    return [write.synced for write in strace.acknowledged_writes(strace.calls(lines))]


class Strace(unittest.TestCase):
    def test_a_synced_write_is_fine(self):
        self.assertEqual(verdicts(REQUEST, BODY, LOGGED, SYNC, REPLY), [True])

    def test_a_reply_without_a_sync_is_noticed(self):
        self.assertEqual(verdicts(REQUEST, BODY, LOGGED, REPLY), [False])

    def test_a_sync_after_the_reply_is_noticed(self):
        self.assertEqual(verdicts(REQUEST, BODY, LOGGED, REPLY, SYNC), [False])

    def test_a_sync_before_the_body_came_does_not_count(self):
        self.assertEqual(verdicts(REQUEST, LOGGED, SYNC, BODY, REPLY), [False])

    def test_a_sync_before_the_log_was_written_does_not_count(self):
        self.assertEqual(verdicts(REQUEST, BODY, SYNC, LOGGED, REPLY), [False])

    def test_a_failed_sync_does_not_count(self):
        self.assertEqual(verdicts(REQUEST, BODY, LOGGED, SYNC.replace("= 0", "= -1 EIO (Input/output error)"), REPLY), [False])

    def test_a_sync_of_another_file_does_not_count(self):
        self.assertEqual(verdicts(REQUEST, BODY, LOGGED, SYNC.replace("primary.db-wal", "queues.db-wal"), REPLY), [False])

    def test_a_sync_still_under_way_does_not_count(self):
        began = f"2 fdatasync({WAL} <unfinished ...>"
        ended = "2 <... fdatasync resumed>) = 0"
        self.assertEqual(verdicts(REQUEST, BODY, LOGGED, began, REPLY, ended), [False])

    def test_a_call_cut_in_two_is_put_together(self):
        began = f"2 fdatasync({WAL} <unfinished ...>"
        ended = "2 <... fdatasync resumed>) = 0"
        self.assertEqual(verdicts(REQUEST, BODY, LOGGED, began, ended, REPLY), [True])

    def test_a_request_whose_read_was_cut_in_two_is_seen(self):
        began = f"1 recvfrom({SOCKET},  <unfinished ...>"
        ended = '1 <... recvfrom resumed>"PUT /api/records/a/draft HTTP/1.1"..., 8192, 0, NULL, NULL) = 40'
        self.assertEqual(verdicts(began, ended, LOGGED, REPLY), [False])

    def test_reads_and_refusals_need_no_sync(self):
        self.assertEqual(verdicts(REQUEST.replace("POST", "GET"), REPLY), [])
        self.assertEqual(verdicts(REQUEST, BODY, REPLY.replace("201 Created", "400 Bad Request")), [])

    def test_each_connection_has_its_own_request(self):
        other = [line.replace("->127.0.0.1:5000", "->127.0.0.1:5001") for line in (REQUEST, REPLY)]
        self.assertEqual(verdicts(REQUEST, other[0], BODY, LOGGED, SYNC, other[1], REPLY), [True, True])


if __name__ == "__main__":
    unittest.main()
