internal import CCurl

/// Puts libcurl's error code, the transport's progress and the replies seen together into one failure.
///
/// - Parameters:
///   - words: libcurl's own description, from its error buffer.
///   - reached: what the transport was about: connecting, TLS, or the dialogue.
func connectFailure(_ code: CURLcode, words: String, reached: Stage, handshake: Handshake) -> SessionFailure {
    let reply = handshake.refusal
    func failure(_ stage: Stage, _ blame: Blame, _ detail: String? = nil) -> SessionFailure {
        SessionFailure(stage: stage, blame: blame, reply: reply, detail: detail ?? "\(words.asOneLine).")
    }
    /// By what the relay said, where it said something.
    func blame(at stage: Stage) -> Blame {
        guard let reply, case .ends(let blame) = verdict(code: reply.code, enhanced: reply.enhanced, at: stage) else {
            return .relay
        }
        return blame
    }

    switch code {
    case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL, CURLE_UNKNOWN_OPTION, CURLE_NOT_BUILT_IN,
        CURLE_FAILED_INIT, CURLE_OUT_OF_MEMORY:
        return failure(.connect, .ourselves)
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT:
        return failure(.connect, .relay)
    case CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_SSL_CRL_BADFILE,
        CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED:
        return failure(.tls, .ourselves)
    case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR,
        CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_PINNEDPUBKEYNOTMATCH:
        return failure(.tls, .relay)
    case CURLE_USE_SSL_FAILED:
        // An answer to STARTTLS is the relay's doing; no offer at all means that our settings ask for what it has not.
        return reply == nil
            ? failure(.starttls, .ourselves, "TLS is asked for, and the relay does not offer STARTTLS.")
            : failure(.starttls, .relay, "The relay refuses STARTTLS.")
    case CURLE_LOGIN_DENIED where reply == nil:
        return failure(.authentication, .ourselves, "The relay offers AUTH, but neither PLAIN, LOGIN nor CRAM-MD5.")
    case CURLE_LOGIN_DENIED:
        return failure(.authentication, blame(at: .authentication), "The relay refuses the credentials.")
    default:
        let stage = handshake.stage == .greeting && reply == nil ? reached : handshake.stage
        return failure(stage, blame(at: stage))
    }
}
