"""Is the write-ahead log read as SQLite reads it?"""

import os
import sqlite3
import tempfile
import unittest

import wal


class Wal(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = os.path.join(self.folder.name, "a.db")
        self.connection = sqlite3.connect(self.path, isolation_level=None)
        self.addCleanup(self.connection.close)
        self.connection.executescript("PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0; CREATE TABLE t (x)")
        for number in range(5):
            self.connection.execute("INSERT INTO t VALUES (?)", ("x" * 9000 + str(number),))

    def log(self):
        with open(self.path + "-wal", "rb") as file:
            return file.read()

    def rows_with(self, data):
        """How many rows SQLite finds where the log holds these bytes."""
        copy = os.path.join(self.folder.name, "b.db")
        for name, content in ((copy, self.database()), (copy + "-wal", data)):
            with open(name, "wb") as file:
                file.write(content)
        connection = sqlite3.connect(copy)
        try:
            return connection.execute("SELECT count(*) FROM t").fetchone()[0]
        finally:
            connection.close()

    def database(self):
        with open(self.path, "rb") as file:
            return file.read()

    def test_each_transaction_is_found(self):
        ends = wal.commits(self.log())
        self.assertEqual(len(ends), 6)
        self.assertEqual(ends[-1], len(self.log()))

    def test_a_cut_log_ends_at_the_transaction_before(self):
        log, ends = self.log(), wal.commits(self.log())
        self.assertEqual(wal.commits(log[:ends[3] + 100]), ends[:4])
        self.assertEqual(self.rows_with(log[:ends[3] + 100]), 3)

    def test_a_flipped_byte_ends_it_as_it_does_for_sqlite(self):
        log, ends = bytearray(self.log()), wal.commits(self.log())
        log[ends[2] + 50] ^= 1
        self.assertEqual(wal.commits(bytes(log)), ends[:3])
        self.assertEqual(self.rows_with(bytes(log)), 2)

    def test_an_empty_log_holds_nothing(self):
        self.assertEqual(wal.commits(b""), [])


if __name__ == "__main__":
    unittest.main()
