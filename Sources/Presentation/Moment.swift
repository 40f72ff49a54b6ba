import Foundation

extension Words {
    /// A date and time as the language writes it, in UTC, for nobody knows where the reader is; Persian by its own
    /// calendar.
    ///
    /// - Parameter seconds: Unix time.
    package func moment(_ seconds: Int64) -> String {
        var calendar = Calendar(identifier: self[.calendar] == "persian" ? .persian : .gregorian)
        calendar.timeZone = .gmt
        let parts = calendar.dateComponents(
            [.year, .month, .day, .hour, .minute], from: Date(timeIntervalSince1970: TimeInterval(seconds)))
        guard let year = parts.year, let month = parts.month, let day = parts.day, let hour = parts.hour,
            let minute = parts.minute
        else { return "" }
        return self[.moment]
            .replacing("{year}", with: number(year))
            .replacing("{month}", with: self[.months].split(separator: ", ")[month - 1])
            .replacing("{day}", with: number(day))
            .replacing("{hour}", with: number(hour))
            .replacing("{minute}", with: (minute < 10 ? number(0) : "") + number(minute))
    }
}
