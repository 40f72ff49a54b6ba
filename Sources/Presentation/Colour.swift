import Foundation

/// A colour of the screen (sRGB), and how well it is read on another (WCAG 2.2, 1.4.3).
package struct Colour: Sendable, Equatable {
    private let red: Double
    private let green: Double
    private let blue: Double

    static let black = Colour(red: 0, green: 0, blue: 0)
    package static let white = Colour(red: 1, green: 1, blue: 1)
    /// What buttons have where the brand has no colour: `#1a56b8`.
    package static let link = Colour(red: 26 / 255, green: 86 / 255, blue: 184 / 255)

    private init(red: Double, green: Double, blue: Double) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// `#1d5fb4`, or `#15b` for `#1155bb`; nil for anything else.
    package init?(_ text: String) {
        guard text.hasPrefix("#") else { return nil }
        var digits = text.dropFirst().map { $0.isASCII ? $0.hexDigitValue : nil }
        if digits.count == 3 { digits = digits.flatMap { [$0, $0] } }
        let values = digits.compactMap(\.self)
        guard digits.count == 6, values.count == 6 else { return nil }
        func channel(_ index: Int) -> Double { Double(values[index] * 16 + values[index + 1]) / 255 }
        self.init(red: channel(0), green: channel(2), blue: channel(4))
    }

    /// As style sheets have it.
    package var hex: String {
        "#"
            + [red, green, blue].map { channel in
                let text = String(Int((channel * 255).rounded()), radix: 16)
                return text.utf8.count == 1 ? "0\(text)" : text
            }.joined()
    }

    /// Black or white, whichever is read better on it.
    package var ink: Colour {
        contrast(with: .white) >= contrast(with: .black) ? .white : .black
    }

    /// The colour itself, or the nearest darker or lighter one that text on `ground` may have: 4.5 to 1.
    package func readable(on ground: Colour) -> Colour {
        let goal = ground.ink
        return (0...20).lazy.map { self.mixed(with: goal, share: Double($0) / 20) }
            .first { $0.contrast(with: ground) >= 4.5 } ?? goal
    }

    package func contrast(with other: Colour) -> Double {
        let (darker, lighter) = (min(luminance, other.luminance), max(luminance, other.luminance))
        return (lighter + 0.05) / (darker + 0.05)
    }

    /// WCAG 2.2, "relative luminance".
    private var luminance: Double {
        func linear(_ channel: Double) -> Double {
            channel <= 0.04045 ? channel / 12.92 : pow((channel + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    }

    private func mixed(with other: Colour, share: Double) -> Colour {
        func mix(_ mine: Double, _ theirs: Double) -> Double { mine + (theirs - mine) * share }
        return Colour(red: mix(red, other.red), green: mix(green, other.green), blue: mix(blue, other.blue))
    }
}
