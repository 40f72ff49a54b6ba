#ifndef RESETD_CPOSTGRESQL_SHIM_H
#define RESETD_CPOSTGRESQL_SHIM_H

#include <libpq-fe.h>

// The PG_DIAG_ fields are character literals, which Swift does not import.
static inline const char *resetd_sqlstate(const PGresult *result) {
    return PQresultErrorField(result, PG_DIAG_SQLSTATE);
}

static inline const char *resetd_message(const PGresult *result) {
    return PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
}

#endif
