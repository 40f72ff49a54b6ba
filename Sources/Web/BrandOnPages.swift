internal import HTTPTypes
internal import PasswordReset
internal import Presentation

/// A brand as templates and the stylesheet have it.
struct BrandOnPages: Sendable {
    private let brand: Brand
    /// Tells apart the files of the brands of users, contacts and everybody.
    private let suffix: String

    /// The grounds that text in the brand's colour stands on, in site.css: `--ground` by day, `--paper` by night.
    private static let grounds = (light: Colour("#f4f5f7"), dark: Colour("#1b2129"))

    init(_ brand: Brand, kind: AccountKind?) {
        self.brand = brand
        suffix = kind.map { "-\($0.rawValue)" } ?? ""
    }

    var fields: [String: any Sendable] {
        var fields: [String: any Sendable] = [:]
        if !brand.name.isEmpty { fields["brand"] = brand.name }
        if brand.colour != nil { fields["brandSheet"] = sheetName }
        if brand.logo != nil { fields["logo"] = logoName }
        if let support = brand.support {
            var field: [String: any Sendable] = ["text": support.text]
            if let url = support.url { field["url"] = url }
            fields["support"] = field
        }
        return fields
    }

    /// The files that its pages load.
    var routes: [Route] {
        var routes: [Route] = []
        if let sheet {
            routes.append(
                Route("/assets/\(sheetName)", [.get: { _ in .text(sheet, "text/css; charset=utf-8") }]))
        }
        if let logo = brand.logo {
            routes.append(Route("/assets/\(logoName)", [.get: { _ in .file(logo.bytes, logo.type) }]))
        }
        return routes
    }

    var logoName: String { "logo\(suffix)" }
    var sheetName: String { "brand\(suffix).css" }

    /// The colour, as dark or light as it must be to be read.
    var sheet: String? {
        guard let colour = brand.colour, let light = Self.grounds.light, let dark = Self.grounds.dark else {
            return nil
        }
        func rule(_ colour: Colour) -> String {
            ":root { --accent: \(colour.hex); --on-accent: \(colour.ink.hex); }"
        }
        return """
            \(rule(colour.readable(on: light)))
            @media (prefers-color-scheme: dark) { \(rule(colour.readable(on: dark))) }

            """
    }
}
