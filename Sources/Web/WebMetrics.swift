internal import Accounts
internal import Metrics
internal import PasswordReset

/// What is counted. Labels are words of the program alone: nothing that a client can make up becomes a series.
enum WebMetrics {
    /// Shows what nobody has done yet as 0, so that an alert can tell "none" from "not there".
    static func begin() {
        let ends = LinkEnd.allCases.map(\.rawValue)
        for word in ["foreign", "open"] + ends { opens(word).increment(by: 0) }
        for word in ["redeemed", "refused", "foreign", "busy", "failed"] + ends { redeems(word).increment(by: 0) }
        for secret in [Secret.password, .pin] {
            for word in ["changed", "refused", "wrong", "locked", "busy", "failed"] {
                changes(secret, word).increment(by: 0)
            }
        }
        for purpose in Purpose.allCases { reports(purpose.rawValue).increment(by: 0) }
    }

    static func finished(route: String, status: Int, after duration: Duration) {
        Counter(label: "resetd_http_requests_total", dimensions: [("route", route), ("status", String(status))])
            .increment()
        Timer(label: "resetd_http_request_duration_seconds", dimensions: [("route", route)])
            .recordNanoseconds(Int64(duration / .nanoseconds(1)))
    }

    static func linkOpened(_ standing: LinkStanding) {
        let word =
            switch standing {
            case .foreign: "foreign"
            case .open: "open"
            case .dead(let end, _): end.rawValue
            }
        opens(word).increment()
    }

    /// Counts what comes of an attempt to redeem.
    static func redeeming(_ attempt: () async throws -> Redemption) async throws -> Redemption {
        do {
            let redemption = try await attempt()
            switch redemption {
            case .redeemed: redeemed("redeemed")
            case .refused: redeemed("refused")
            case .foreign: redeemed("foreign")
            case .dead(let end, _): redeemed(end.rawValue)
            }
            return redemption
        } catch {
            redeemed(error is HashingBusy ? "busy" : "failed")
            throw error
        }
    }

    /// Counts what comes of an attempt to change a secret with the present one.
    static func changing(
        _ secret: Secret, _ attempt: () async throws -> ChangeOutcome
    ) async throws -> ChangeOutcome {
        do {
            let outcome = try await attempt()
            switch outcome {
            case .changed: changed(secret, "changed")
            case .refused: changed(secret, "refused")
            case .wrong: changed(secret, "wrong")
            case .locked: changed(secret, "locked")
            }
            return outcome
        } catch {
            changed(secret, error is HashingBusy ? "busy" : "failed")
            throw error
        }
    }

    private static func changed(_ secret: Secret, _ result: String) {
        changes(secret, result).increment()
    }

    /// - Parameter mail: a purpose, of which there are few.
    static func reported(mail: String) {
        reports(Purpose(rawValue: mail) == nil ? "other" : mail).increment()
    }

    private static func redeemed(_ result: String) {
        redeems(result).increment()
    }

    // MARK: Series

    private static func opens(_ standing: String) -> Counter {
        Counter(label: "resetd_link_opens_total", dimensions: [("standing", standing)])
    }

    private static func redeems(_ result: String) -> Counter {
        Counter(label: "resetd_redeems_total", dimensions: [("result", result)])
    }

    private static func changes(_ secret: Secret, _ result: String) -> Counter {
        Counter(label: "resetd_changes_total", dimensions: [("secret", secret.rawValue), ("result", result)])
    }

    private static func reports(_ mail: String) -> Counter {
        Counter(label: "resetd_reports_total", dimensions: [("mail", mail)])
    }
}
