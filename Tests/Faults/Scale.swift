import Foundation

/// How much of it: the short form runs with every change, the long one (`Scripts/test faults`) before a release.
enum Scale {
    static let isLong = ProcessInfo.processInfo.environment["RESETD_TEST_FAULTS"] == "long"

    static func requests(_ long: Int, short: Int) -> Int { isLong ? long : short }
}
