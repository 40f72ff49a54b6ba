import Postgres
import TestSupport
import Testing

@Suite struct DatabaseTests {
    private func refusal(_ url: String, allowsClear: Bool = false) -> DatabaseSettingError? {
        do {
            try Database(url: url, allowsClear: allowsClear).validate()
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [
        "postgresql://localhost/site", "postgresql:///site", "postgresql:///site?host=/run/postgresql",
        "postgresql://127.0.0.1/site",
        "postgresql://127.8.9.10:6432/site", "postgresql://[::1]:5432/site", "postgresql://%2Frun%2Fpostgresql/site",
        "host=/run/postgresql dbname=site", "host=@abstract dbname=site", "hostaddr=127.0.0.1 host=db.example.org",
        "host=localhost,/run/postgresql,127.0.0.1", "postgresql://localhost:5432,127.0.0.1:5433/site?sslmode=disable",
    ])
    func `this host may be reached as it is`(url: String) {
        #expect(refusal(url) == nil)
    }

    @Test(arguments: [
        "postgresql://db.example.org/site", "postgresql://db.example.org/site?sslmode=require",
        "postgresql://db.example.org/site?sslmode=verify-ca", "postgresql://db.example.org/site?sslmode=disable",
        "postgresql://resetd:secret@db.example.org:6432/site", "host=db.example.org dbname=site",
        "postgresql://localhost,db.example.org/site", "postgresql:///site?host=/run/postgresql,db.example.org",
        "postgresql://127.0.0.1:1,db.example.org:2/site?target_session_attrs=read-write",
        "postgresql:///site?host=db.example.org", "hostaddr='' host=db.example.org",
        "hostaddr=,127.0.0.1 host=db.example.org,x",
    ])
    func `the way to another host is refused without a verified certificate`(url: String) {
        #expect(refusal(url) == .unverified(host: "db.example.org"))
        #expect(refusal(url, allowsClear: true) == nil)
    }

    @Test(arguments: [
        ("postgresql://192.0.2.7/site", "192.0.2.7"), ("postgresql://[2001:db8::7]/site", "2001:db8::7"),
        ("hostaddr=192.0.2.7 host=localhost", "192.0.2.7"), ("host=127.example.org", "127.example.org"),
        ("host=127.0.0.1.example.org", "127.0.0.1.example.org"),
        ("host=localhost.example.org", "localhost.example.org"),
    ])
    func `the address rules, and a name that looks like this host is another`(url: String, host: String) {
        #expect(refusal(url) == .unverified(host: host))
    }

    @Test func `a password that ends in what libpq takes for the host is not shown`() {
        #expect(refusal("postgresql://resetd:p@ss@db.example.org/site") == .unverified(host: "another host"))
    }

    @Test(arguments: [
        "postgresql://db.example.org/site?sslmode=verify-full", "host=db.example.org sslmode=verify-full",
        "postgresql://a.example.org,b.example.org/site?sslmode=verify-full&target_session_attrs=read-write",
    ])
    func `verify-full opens the way to any host`(url: String) {
        #expect(refusal(url) == nil)
    }

    @Test func `a service that a file describes is refused, since it may name any host`() {
        #expect(refusal("service=site") == .unverified(host: "service site"))
        #expect(refusal("service=site sslmode=verify-full") == nil)
        #expect(refusal("service=site", allowsClear: true) == nil)
    }

    @Test(arguments: [
        "postgresql://[::1/site", "garbage-secret", "postgresql://localhost/site?nosuch=secret", "host='secret",
        "postgresql://u:secret@localhost:%zz/", "mysql://secret@localhost/site", "host=localhost secret",
    ])
    func `what libpq cannot read is refused without an echo`(url: String) {
        let error = refusal(url)
        #expect(error == .malformed)
        #expect(error?.description.contains("secret") == false)
        // Even where no certificate is asked for.
        #expect(refusal(url, allowsClear: true) == .malformed)
    }

    @Test func `the clock is this host's, corrected by what the database said`() {
        let clock = DatabaseClock()
        let own = clock.now
        clock.observe(own + 5000)
        #expect((own + 5000...own + 5060).contains(clock.now))
        clock.observe(own - 5000)
        #expect((own - 5000...own - 4940).contains(clock.now))
    }
}
