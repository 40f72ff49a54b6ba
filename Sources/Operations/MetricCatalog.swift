/// What a metric means, in the words of its `# HELP` line, and how its observations are grouped.
package struct MetricDescription: Sendable {
    /// One sentence for whoever reads a dashboard.
    package let help: String
    /// Upper bounds of a histogram, ascending, in the unit of the name; nil for the usual ones.
    package let buckets: [Double]?

    /// Describes one metric.
    package init(_ help: String, buckets: [Double]? = nil) {
        self.help = help
        self.buckets = buckets
    }
}

/// Help texts and buckets by full name.
///
/// A metric that is missing here still works: its help line says that nobody described it, which a reader of the page
/// notices sooner than an absent line.
package struct MetricCatalog: Sendable {
    /// Descriptions by full name, `resetd_` and the unit included.
    package var descriptions: [String: MetricDescription]

    /// Durations in seconds, from a statement to a relay's patience.
    static let durations: [Double] = [
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
    ]
    /// Sizes and counts, for recorders that aggregate.
    static let sizes: [Double] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000]

    /// A catalog of these descriptions.
    package init(_ descriptions: [String: MetricDescription]) {
        self.descriptions = descriptions
    }

    /// The metrics of `resetd`.
    package static let resetd = MetricCatalog([
        "resetd_build_info": .init("Always 1; the version of the running program is in the labels."),
        "resetd_schema_version": .init("Version of the schema that the database has."),
        "resetd_start_time_seconds": .init("When this daemon started, in Unix seconds."),
        "resetd_part_ok": .init("1 while a part of the daemon is well, as /health/ready says, else 0."),
        "resetd_outbox_requests": .init("Requests that wait in the outbox, by state; 10000 means that many or more."),
        "resetd_outbox_oldest_seconds": .init("Age of the oldest request that waits, by state."),
        "resetd_outbox_overdue_seconds": .init("Time since the first request fell due that no daemon has claimed."),
        "resetd_claims_total": .init("Claim statements, by whether they found work."),
        "resetd_claimed_requests_total": .init("Requests claimed for delivery."),
        "resetd_settled_requests_total": .init("Requests that came to their end, by state and reason."),
        "resetd_mails_total": .init(
            "Outcomes of claimed requests, by the state that they gave and whose doing it is; queued: put back."),
        "resetd_retries_total": .init("Mails put back to be tried again, by whose doing it is."),
        "resetd_unknown_outcomes_total": .init("Mails whose connection broke between the final dot and its answer."),
        "resetd_listen_reconnects_total": .init("Times that notifications stopped and a new connection listened."),
        "resetd_unjournaled_outcomes_total": .init(
            "Accepted mails that the outcome journal could not note (disk full)."),
        "resetd_rescued_requests_total": .init("Requests taken back from a daemon that fell silent."),
        "resetd_delivery_seconds": .init(
            "From the commit of a request to the relay's acceptance of its mail.",
            buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 21600]),
        "resetd_batch_requests": .init("Requests in one claimed batch."),
        "resetd_smtp_sessions": .init("Connections to the relay that are open."),
        "resetd_relay_paused": .init("1 while deliveries pause because the relay is away, else 0."),
        "resetd_shadow": .init("1 while mails are written to files instead of being sent, else 0."),
        "resetd_http_requests_total": .init("Finished HTTP requests, by route and status."),
        "resetd_http_request_duration_seconds": .init("Time from a request's head to its response, by route."),
        "resetd_link_opens_total": .init("Reset links opened; scanners of mail open links that nobody redeems."),
        "resetd_redeems_total": .init("Attempts to redeem a link, by result."),
        "resetd_changes_total": .init("Attempts to change a password or PIN with the present one, by result."),
        "resetd_reports_total": .init("Mails of which somebody said that it was not they, by purpose."),
        "resetd_hash_seconds": .init("Time to compute one password hash, without the wait for a turn."),
        "resetd_hash_waiting": .init("Hashings that wait for a turn."),
        "resetd_hash_refused_total": .init("Hashings refused because too many waited; the answer was 503."),
        "resetd_database_reconnects_total": .init(
            "Connections to the database that were opened anew after a loss, by what they serve."),
        "resetd_database_connections": .init("Connections to the database that are open, by what they serve."),
        "resetd_metrics_refused_total": .init("Series not kept because their metric had too many, or another type."),
    ])
}
