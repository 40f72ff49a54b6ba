import Logging
import PasswordReset
import Postgres

extension Worker {
    private static let gathering: Duration = .milliseconds(20)

    /// Tells of every request that has come to its end, a line each, beside the way of the mails and never in it.
    func tellSettled() async {
        for await _ in settled.arrivals {
            await Retry.sleep(Self.gathering)
            let marks = settled.take()
            guard !marks.isEmpty else { continue }
            var failures = 0
            while true {
                do {
                    tell(try await SettledRequest.read(marks, on: pool))
                    break
                } catch {
                    failures += 1
                    // At a stop there is no second try: the rows say the same for as long as they are kept.
                    if Task.isCancelled || failures > 3 {
                        logger.warning(
                            "what became of requests could not be read; the outbox has it",
                            metadata: ["count": "\(marks.count)", "error": "\(String(reflecting: error))"])
                        break
                    }
                    try? await Task.sleep(for: Retry.pause(after: failures))
                }
            }
        }
    }

    private func tell(_ requests: [SettledRequest]) {
        notify(.settled(requests))
        for request in requests {
            var metadata: Logger.Metadata = [
                "request": "\(request.id)", "purpose": "\(request.purpose)", "state": "\(request.state)",
                "ms": "\(request.duration.milliseconds)", "email": "\(request.address)",
            ]
            if let kind = request.kind { metadata["kind"] = "\(kind)" }
            if let reason = request.reason { metadata["reason"] = "\(reason)" }
            if let code = request.code { metadata["code"] = "\(code)" }
            logger.info("request settled", metadata: metadata)
        }
    }
}
