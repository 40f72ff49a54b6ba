import ArgumentParser

/// The words of `resetd.outbox.state`.
enum RequestState: String, CaseIterable, ExpressibleByArgument {
    case queued, sending, sent, rejected, failed, cancelled
}
