"""As much of libpq as the benchmark needs, so that it wants no package from elsewhere."""

import ctypes

from processes import BenchError

try:
    _pq = ctypes.CDLL("libpq.so.5")
except OSError:
    raise SystemExit("bench: libpq.so.5 is missing; Debian's package is libpq5.") from None

_COMMAND_OK, _TUPLES_OK = 1, 2

for _name, _result, _arguments in (
    ("PQconnectdb", ctypes.c_void_p, [ctypes.c_char_p]),
    ("PQstatus", ctypes.c_int, [ctypes.c_void_p]),
    ("PQerrorMessage", ctypes.c_char_p, [ctypes.c_void_p]),
    ("PQfinish", None, [ctypes.c_void_p]),
    ("PQexec", ctypes.c_void_p, [ctypes.c_void_p, ctypes.c_char_p]),
    ("PQresultStatus", ctypes.c_int, [ctypes.c_void_p]),
    ("PQntuples", ctypes.c_int, [ctypes.c_void_p]),
    ("PQnfields", ctypes.c_int, [ctypes.c_void_p]),
    ("PQgetisnull", ctypes.c_int, [ctypes.c_void_p, ctypes.c_int, ctypes.c_int]),
    ("PQgetvalue", ctypes.c_char_p, [ctypes.c_void_p, ctypes.c_int, ctypes.c_int]),
    ("PQclear", None, [ctypes.c_void_p]),
):
    _function = getattr(_pq, _name)
    _function.restype, _function.argtypes = _result, _arguments


class Connection:
    """A connection to the database; values come as text."""

    def __init__(self, conninfo):
        self._connection = _pq.PQconnectdb(conninfo.encode())
        if _pq.PQstatus(self._connection) != 0:
            words = _pq.PQerrorMessage(self._connection).decode().strip()
            self.close()
            raise BenchError(f"The database does not answer: {words}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        if self._connection:
            _pq.PQfinish(self._connection)
            self._connection = None

    def execute(self, sql):
        """Runs one statement, or several apart by semicolons; returns the rows of the last."""
        result = _pq.PQexec(self._connection, sql.encode())
        try:
            if _pq.PQresultStatus(result) not in (_COMMAND_OK, _TUPLES_OK):
                raise BenchError(f"SQL failed: {_pq.PQerrorMessage(self._connection).decode().strip()}")
            return [
                tuple(
                    None if _pq.PQgetisnull(result, row, column) else _pq.PQgetvalue(result, row, column).decode()
                    for column in range(_pq.PQnfields(result)))
                for row in range(_pq.PQntuples(result))
            ]
        finally:
            _pq.PQclear(result)

    def value(self, sql):
        """The first value of the first row."""
        return self.execute(sql)[0][0]
