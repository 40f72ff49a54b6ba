#ifndef RESETD_CLINUX_SHIM_H
#define RESETD_CLINUX_SHIM_H

#include <sys/prctl.h>

// prctl(2) takes any number of arguments, which Swift does not call.
static inline int resetd_forbid_dumps(void) {
    return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

#endif
