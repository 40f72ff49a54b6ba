import CLinux
import Glibc

/// Keys and passwords are in this process's memory; what is here keeps them from leaving it by accident.
enum Secrecy {
    /// No core, no debugger of the same user's, and `/proc/PID/environ`, `mem`, `maps` and `fd` for root alone (prctl(2),
    /// PR_SET_DUMPABLE). What we start is as it would be: an exec ends this.
    ///
    /// And no report of a crash by Swift's runtime, which would write to the log what registers point to, unless somebody
    /// asks for it by `SWIFT_BACKTRACE`. The sentence that leads to a crash is written all the same.
    static func begin() {
        if resetd_forbid_dumps() != 0 { StandardError.print("resetd: this process cannot be kept from being dumped") }
        guard unsafe getenv("SWIFT_BACKTRACE") == nil else { return }
        for crash in [SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV] { signal(crash, SIG_DFL) }
    }
}
