internal import CCurl
internal import Glibc

/// Sole owner of a libcurl handle that is used for one connection and no transfer.
///
/// The handle stays in use while the connection lives: cleaning it up closes the socket
/// (<https://curl.se/libcurl/c/CURLOPT_CONNECT_ONLY.html>). Nothing here says QUIT, and libcurl does not either: it
/// treats a connect-only connection as dead when it lets go of it.
@safe
struct Connection: ~Copyable {
    enum Transfer {
        case bytes(Int), wouldBlock, closed
    }

    private let handle: UnsafeMutableRawPointer
    // Must outlive the handle: https://curl.se/libcurl/c/CURLOPT_ERRORBUFFER.html
    private let errorText: UnsafeMutablePointer<CChar>
    private var socket: CInt = -1

    init() throws(SessionFailure) {
        guard curlIsReady, let handle = unsafe curl_easy_init() else {
            throw SessionFailure(stage: .connect, blame: .ourselves, detail: "libcurl cannot be initialised.")
        }
        unsafe self.handle = unsafe handle
        unsafe errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        unsafe errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        unsafe curl_easy_cleanup(handle)
        unsafe errorText.deallocate()
    }

    /// TCP, TLS, greeting, EHLO, AUTH: all that `setup` asks for, blocking, with every reply line shown to `handshake`.
    mutating func establish(_ setup: ConnectionSetup, handshake: Handshake) throws(SessionFailure) {
        try unsafe setup.apply(handle)
        let isEncryptedFirst = setup.relay.url.scheme == .smtps
        unsafe resetd_setopt_pointer(handle, CURLOPT_ERRORBUFFER, errorText)
        unsafe resetd_setopt_pointer(handle, CURLOPT_HEADERDATA, Unmanaged.passUnretained(handshake).toOpaque())
        unsafe resetd_setopt_header_function(handle) { bytes, size, count, context in
            if let bytes = unsafe bytes, let context = unsafe context {
                let line = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
                unsafe Unmanaged<Handshake>.fromOpaque(context).takeUnretainedValue().receive(line)
            }
            return size * count
        }
        let code = withExtendedLifetime(handshake) { unsafe curl_easy_perform(handle) }
        // The handshake may be gone when the handle is next used.
        unsafe resetd_setopt_header_function(handle, nil)
        unsafe resetd_setopt_pointer(handle, CURLOPT_HEADERDATA, nil)
        guard code == CURLE_OK, unsafe resetd_getinfo_socket(handle, &socket) == CURLE_OK, socket >= 0 else {
            let words = unsafe String(cString: errorText[0] == 0 ? curl_easy_strerror(code) : UnsafePointer(errorText))
            throw connectFailure(code, words: words, reached: reached(isEncryptedFirst), handshake: handshake)
        }
    }

    /// When the relay's certificate ends, in Unix seconds; nil where there was none, or nobody asked for it.
    ///
    /// libcurl has the time as OpenSSL prints it, `Nov 26 04:15:00 2027 GMT` (<https://curl.se/libcurl/c/CURLINFO_CERTINFO.html>).
    var certificateExpiry: Int64? {
        var line = unsafe resetd_getinfo_certificate(handle)
        while let entry = unsafe line {
            let text = unsafe String(cString: entry.pointee.data)
            if text.hasPrefix("Expire date:") {
                let end = unsafe curl_getdate(String(text.dropFirst("Expire date:".count)), nil)
                return end < 0 ? nil : Int64(end)
            }
            unsafe line = entry.pointee.next
        }
        return nil
    }

    /// Reads what is there, without waiting. TLS keeps bytes that poll(2) does not see, so read until `wouldBlock`
    /// before ``wait(for:until:)`` (<https://curl.se/libcurl/c/curl_easy_recv.html>).
    func receive(into room: UnsafeMutableRawBufferPointer) -> Transfer {
        var count = 0
        switch unsafe curl_easy_recv(handle, room.baseAddress, room.count, &count) {
        case CURLE_OK where count > 0: return .bytes(count)
        case CURLE_AGAIN: return .wouldBlock
        default: return .closed
        }
    }

    /// Hands bytes to the socket, without waiting.
    ///
    /// At most one TLS record (16 KiB) at a time: OpenSSL reports a write of several records as a whole only, and what
    /// it calls unwritten could have reached the relay. For the same reason the next call after `wouldBlock` must offer
    /// the same bytes (<https://docs.openssl.org/3.0/man3/SSL_write/>).
    func send(_ bytes: [UInt8], from start: Int) -> Transfer {
        var count = 0
        let length = min(bytes.count - start, 16384)
        let code = unsafe bytes.withUnsafeBytes { all in
            unsafe curl_easy_send(handle, UnsafeRawBufferPointer(rebasing: all[start...]).baseAddress, length, &count)
        }
        switch code {
        case CURLE_OK: return .bytes(count)
        case CURLE_AGAIN: return .wouldBlock
        default: return .closed
        }
    }

    /// Waits until the socket is ready for `events` (POLLIN or POLLOUT) or broken; false when the time is over.
    func wait(for events: CInt, until deadline: ContinuousClock.Instant) -> Bool {
        while true {
            let left = (deadline - .now).wholeMilliseconds
            guard left > 0 else { return false }
            var entry = pollfd(fd: socket, events: CShort(events), revents: 0)
            let ready = unsafe poll(&entry, 1, CInt(clamping: left))
            if ready > 0 { return true }
            // EINTR and an early return alike: ask the clock again. Anything else will show in the next read or write.
            if ready < 0, errno != EINTR { return true }
        }
    }

    /// How far the transport came, for a failure that no reply explains.
    private func reached(_ isEncryptedFirst: Bool) -> Stage {
        // Known as soon as TCP is there; the time of connecting only after TLS, where that comes first.
        var localPort = 0
        var encrypted: curl_off_t = 0
        _ = unsafe resetd_getinfo_long(handle, CURLINFO_LOCAL_PORT, &localPort)
        _ = unsafe resetd_getinfo_offset(handle, CURLINFO_APPCONNECT_TIME_T, &encrypted)
        guard localPort > 0 else { return .connect }
        return isEncryptedFirst && encrypted == 0 ? .tls : .greeting
    }
}

extension Duration {
    /// Rounded up, so that a wait for what is left ends after it and not just before.
    var wholeMilliseconds: Int {
        let (seconds, attoseconds) = components
        guard seconds < 1 << 40 else { return .max }
        return Int(seconds) * 1000 + Int((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}

/// libcurl and SIGPIPE, once per process: libcurl leaves that signal alone under CURLOPT_NOSIGNAL, and a relay that hangs
/// up would end the daemon (<https://curl.se/libcurl/c/CURLOPT_NOSIGNAL.html>).
private let curlIsReady: Bool = {
    _ = signal(SIGPIPE, SIG_IGN)
    return curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
}()
