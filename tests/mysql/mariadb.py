"""A MariaDB server of one's own in a temporary folder, and a client that sees types and NULLs as they are sent.

Nothing but the standard library and the programs `mariadb-install-db` and `mariadbd`.
"""

import os
import re
import shutil
import socket
import sqlite3
import struct
import subprocess
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))

# The instant of the tests, 2026-03-15 14:30:00 UTC.
NOW = 1773585000

DATABASE = "xui"

OPTIONS = [
    "--skip-networking",
    "--sql-mode=",
    "--character-set-server=utf8mb3",
    "--collation-server=utf8mb3_general_ci",
    "--default-time-zone=+00:00",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-buffer-pool-size=32M",
    "--performance-schema=off",
    "--skip-log-bin",
    "--lower-case-table-names=1",
    "--user=root" if os.geteuid() == 0 else "--skip-external-locking",
]


class Server:
    """A server that ends with the `with` block."""

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="linecard-mariadb-")
        data = os.path.join(self.folder, "data")
        self.socket = os.path.join(self.folder, "socket")
        install = ["mariadb-install-db", "--no-defaults", "--datadir=" + data, "--skip-test-db",
                   "--auth-root-authentication-method=normal"]
        if os.geteuid() == 0:
            install.append("--user=root")
        subprocess.run(install, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        run = ["mariadbd", "--no-defaults", "--datadir=" + data, "--socket=" + self.socket,
               "--pid-file=" + os.path.join(self.folder, "pid")]
        self.log = open(os.path.join(self.folder, "log"), "wb")
        self.process = subprocess.Popen(run + OPTIONS, stdout=self.log, stderr=self.log)
        try:
            self.wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def wait(self):
        for _ in range(600):
            if self.process.poll() is not None:
                raise RuntimeError("mariadbd ended: " + open(self.log.name, errors="replace").read()[-2000:])
            try:
                Client(self.socket, "mysql").close()
                return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("mariadbd does not answer")

    def client(self, database=DATABASE):
        return Client(self.socket, database)

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class Failure(Exception):
    """An error that the server answers."""

    def __init__(self, code, words):
        super().__init__("%d: %s" % (code, words))
        self.code = code
        self.words = words


class Column:
    """A column of an answer. The numbers of the types are the protocol's."""

    NUMBERS = {0: "decimal", 1: "int", 2: "int", 3: "int", 4: "float", 5: "double", 8: "int", 9: "int", 13: "int",
               246: "decimal"}
    OTHERS = {6: "null", 7: "datetime", 10: "date", 11: "time", 12: "datetime"}
    UNSIGNED = 32
    BINARY = 63
    OPEN_PLACES = 31

    def __init__(self, label, kind, charset, flags, places):
        self.label = label
        self.is_number = kind in self.NUMBERS
        name = self.NUMBERS.get(kind) or self.OTHERS.get(kind) or ("binary" if charset == self.BINARY else "text")
        if name == "int" and flags & self.UNSIGNED:
            name = "unsigned"
        has_places = name in ("decimal", "time", "datetime") and places > 0 or name == "double" and places < 31
        self.type = "%s(%d)" % (name, places) if has_places or name == "decimal" else name


class Answer:
    """Rows with their columns, or what a write did."""

    def __init__(self, columns=None, rows=None, affected=0, insert_id=0):
        self.columns = columns
        self.rows = rows
        self.affected = affected
        self.insert_id = insert_id


class Client:
    """One connection as root with an empty password."""

    # Long passwords and flags, a database, protocol 4.1, transactions, its passwords, named plugins. Not among them:
    # several statements at once, and counting the rows found instead of those changed.
    ABILITIES = 0x1 | 0x4 | 0x8 | 0x200 | 0x2000 | 0x8000 | 0x80000
    UTF8MB3_GENERAL_CI = 33

    def __init__(self, path, database):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.file = self.socket.makefile("rb")
        self.packet()
        body = struct.pack("<IIB23x", self.ABILITIES, 1 << 24, self.UTF8MB3_GENERAL_CI)
        self.send(1, body + b"root\0\0" + database.encode() + b"\0mysql_native_password\0")
        answer = self.packet()
        if answer[:1] == b"\xfe":
            self.send(3, b"")
            answer = self.packet()
        self.check(answer)
        self.ask("SET NAMES utf8mb3 COLLATE utf8mb3_general_ci")
        self.ask("SET timestamp = %d" % NOW)

    def close(self):
        self.file.close()
        self.socket.close()

    def send(self, number, body):
        self.socket.sendall(struct.pack("<I", len(body))[:3] + bytes([number]) + body)

    def packet(self):
        whole = b""
        while True:
            head = self.file.read(4)
            if len(head) < 4:
                raise ConnectionError("the server has left")
            length = head[0] | head[1] << 8 | head[2] << 16
            whole += self.file.read(length)
            if length < 0xFFFFFF:
                return whole

    @staticmethod
    def check(packet):
        if packet[:1] == b"\xff":
            (code,) = struct.unpack_from("<H", packet, 1)
            raise Failure(code, packet[9:].decode("utf-8", "replace"))

    def ask(self, sql):
        """Runs one statement."""
        self.send(0, b"\x03" + (sql if isinstance(sql, bytes) else sql.encode()))
        head = self.packet()
        self.check(head)
        if head[:1] == b"\0":
            affected, at = number(head, 1)
            insert_id, _ = number(head, at)
            return Answer(affected=affected, insert_id=insert_id)
        count, _ = number(head, 0)
        columns = [self.column(self.packet()) for _ in range(count)]
        self.packet()
        rows = []
        while True:
            packet = self.packet()
            self.check(packet)
            if packet[:1] == b"\xfe" and len(packet) < 9:
                return Answer(columns, rows)
            rows.append(row(packet, count))

    @staticmethod
    def column(packet):
        at, texts = 0, []
        for _ in range(6):
            text, at = piece(packet, at)
            texts.append(text)
        charset, _, kind, flags, places = struct.unpack_from("<HIBHB", packet, at + 1)
        return Column(texts[4], kind, charset, flags, places)


def number(packet, at):
    first = packet[at]
    if first < 251:
        return first, at + 1
    size = {252: 2, 253: 3, 254: 8}[first]
    return int.from_bytes(packet[at + 1:at + 1 + size], "little"), at + 1 + size


def piece(packet, at):
    if packet[at] == 251:
        return None, at + 1
    length, at = number(packet, at)
    return packet[at:at + length].decode("utf-8", "replace"), at + length


def row(packet, count):
    at, values = 0, []
    for _ in range(count):
        value, at = piece(packet, at)
        values.append(value)
    return values


# The tables of the panel.

# Texts that are longer than VARCHAR(255): the list of `src/store/mysql/plan/store.rs`.
LONG = """action admin_notes cast cover cover_big current_source description extra_data fav_channels msg notes
    notice_html now_playing_content plot query_string reseller_notes stream_icon user_agent""".split()

TYPES = {"int": "INT(11)", "unix": "INT(11)", "flag": "TINYINT(4)", "money": "DECIMAL(12,2)", "real": "DOUBLE",
         "text": "VARCHAR(255)", "json": "MEDIUMTEXT", "iso": "VARCHAR(19)"}


class TableColumn:
    """A column as `schema.sql` declares it."""

    def __init__(self, line):
        name, self.rest = line.split(None, 1)
        self.rest, self.kind = self.rest.rsplit("-- ", 1)
        self.name = name.strip('"')
        self.is_key = "PRIMARY KEY" in self.rest

    def declaration(self):
        kind = "TEXT" if self.kind == "text" and self.name in LONG else TYPES[self.kind]
        parts = ["`%s`" % self.name, kind]
        if self.is_key:
            return " ".join(parts + ["NOT NULL AUTO_INCREMENT PRIMARY KEY"])
        parts.append("NOT NULL" if "NOT NULL" in self.rest else "NULL")
        default = re.search(r"DEFAULT ('[^']*'|-?\d+)", self.rest)
        if default:
            value = default[1]
            parts.append("DEFAULT " + (credits(int(value)) if self.kind == "money" else value))
        if "UNIQUE" in self.rest:
            parts.append("UNIQUE")
        return " ".join(parts)

    def reference(self):
        found = re.search(r"REFERENCES (\w+) \((\w+)\)", self.rest)
        if not found:
            return []
        return ["FOREIGN KEY (`%s`) REFERENCES `%s` (`%s`) ON DELETE CASCADE" % (self.name, found[1], found[2])]


def credits(hundredths):
    sign = "-" if hundredths < 0 else ""
    return "%s%d.%02d" % (sign, abs(hundredths) // 100, abs(hundredths) % 100)


def tables():
    """The contract's tables, name and columns."""
    text = open(os.path.join(ROOT, "schema.sql"), encoding="utf-8").read()
    found = {}
    for name, body in re.findall(r"^CREATE TABLE (\w+) \(\n(.*?)\n\) STRICT", text, re.M | re.S):
        if not name.startswith("linecard_"):
            lines = [line.strip() for line in body.split("\n")]
            found[name] = [TableColumn(line) for line in lines if re.search(r"-- \w+$", line)]
    return found


def seeded():
    """An SQLite database with the `docs` seed and the rows of the corpus."""
    database = sqlite3.connect(":memory:")
    # The time at which every test's clock stands. No row that SQL shows depends on it.
    database.create_function("panel_now", 0, lambda: 1773585000)
    for path in ("schema.sql", "seeds/docs.sql", "tests/mysql/rows.sql"):
        database.executescript(open(os.path.join(ROOT, path), encoding="utf-8").read())
    return database


def load(client):
    """Creates the tables and copies the seed's rows. Returns the tables and each one's next key."""
    client.ask("CREATE DATABASE %s CHARACTER SET utf8mb3 COLLATE utf8mb3_general_ci" % DATABASE)
    client.ask("USE " + DATABASE)
    database, all_tables, nexts = seeded(), tables(), {}
    for name, columns in all_tables.items():
        lines = [column.declaration() for column in columns] + sum((column.reference() for column in columns), [])
        client.ask("CREATE TABLE `%s` (%s) ENGINE=InnoDB" % (name, ", ".join(lines)))
        for values in database.execute('SELECT * FROM "%s" ORDER BY 1' % name):
            pairs = zip(columns, values)
            client.ask("INSERT INTO `%s` VALUES (%s)" % (name, ", ".join(literal(*pair) for pair in pairs)))
        last = database.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (name,)).fetchone()
        nexts[name] = (last[0] if last else 0) + 1
        client.ask("ALTER TABLE `%s` AUTO_INCREMENT = %d" % (name, nexts[name]))
    return all_tables, nexts


def literal(column, value):
    if value is None:
        return "NULL"
    if column.kind == "money":
        return credits(value)
    if isinstance(value, str):
        return "'%s'" % value.replace("\\", "\\\\").replace("'", "''")
    return repr(value)
