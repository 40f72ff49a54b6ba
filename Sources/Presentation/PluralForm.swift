/// The grammatical number that a counted noun takes, as CLDR names it.
package enum PluralForm: String, CaseIterable, Sendable {
    case zero, one, two, few, many, other
}

/// Which forms a language has, and which of them a whole number takes: CLDR's cardinal rules (Unicode TR 35, part 3, 5).
/// The forms that only fractions and millions take are left out, for nothing here counts so far.
package struct PluralRule: Sendable {
    package let forms: [PluralForm]
    private let form: @Sendable (Int) -> PluralForm

    package func callAsFunction(_ number: Int) -> PluralForm { form(number) }

    /// - Parameter language: a tag; its first part decides, but for Brazil's Portuguese.
    package init(_ language: String) {
        switch language == "pt-BR" ? language : String(language.prefix { $0 != "-" }) {
        case "ja", "ko", "vi", "zh", "mi":
            self.init([.other]) { _ in .other }
        case "fa", "fr", "pt-BR":
            self.init([.one, .other]) { $0 < 2 ? .one : .other }
        case "he":
            self.init([.one, .two, .other]) { $0 == 1 ? .one : $0 == 2 ? .two : .other }
        case "cs", "sk":
            self.init([.one, .few, .other]) { $0 == 1 ? .one : 2...4 ~= $0 ? .few : .other }
        case "pl":
            self.init([.one, .few, .many]) { $0 == 1 ? .one : Self.isFew($0) ? .few : .many }
        case "ru", "uk":
            self.init([.one, .few, .many]) {
                $0 % 10 == 1 && $0 % 100 != 11 ? .one : Self.isFew($0) ? .few : .many
            }
        case "ro":
            self.init([.one, .few, .other]) { $0 == 1 ? .one : $0 == 0 || 1...19 ~= $0 % 100 ? .few : .other }
        case "sl":
            self.init([.one, .two, .few, .other]) {
                switch $0 % 100 {
                case 1: .one
                case 2: .two
                case 3, 4: .few
                default: .other
                }
            }
        case "ar":
            self.init(PluralForm.allCases) {
                switch ($0, $0 % 100) {
                case (0, _): .zero
                case (1, _): .one
                case (2, _): .two
                case (_, 3...10): .few
                case (_, 11...99): .many
                default: .other
                }
            }
        default:
            self.init([.one, .other]) { $0 == 1 ? .one : .other }
        }
    }

    private init(_ forms: [PluralForm], _ form: @escaping @Sendable (Int) -> PluralForm) {
        self.forms = forms
        self.form = form
    }

    /// Two to four, as most Slavic languages have it: 22 too, 12 not.
    private static func isFew(_ number: Int) -> Bool {
        2...4 ~= number % 10 && !(12...14 ~= number % 100)
    }
}
