import Glibc

/// The time of a line, as RFC 3339 has it, in UTC: `2026-11-23T21:07:00.000Z`.
enum LogTime {
    static var now: String {
        var moment = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &moment)
        return text(seconds: moment.tv_sec, milliseconds: moment.tv_nsec / 1_000_000)
    }

    static func text(seconds: Int, milliseconds: Int) -> String {
        var instant = time_t(seconds)
        var parts = unsafe tm()
        unsafe gmtime_r(&instant, &parts)
        let date =
            unsafe "\(digits(parts.tm_year + 1900, 4))-\(digits(parts.tm_mon + 1, 2))-\(digits(parts.tm_mday, 2))"
        let time = unsafe "\(digits(parts.tm_hour, 2)):\(digits(parts.tm_min, 2)):\(digits(parts.tm_sec, 2))"
        return "\(date)T\(time).\(digits(Int32(milliseconds), 3))Z"
    }

    private static func digits(_ number: Int32, _ width: Int) -> String {
        let text = String(number)
        return text.count < width ? String(repeating: "0", count: width - text.count) + text : text
    }
}
