import CCurl
import Glibc
import PasswordReset

/// Asks for the page where people ask for a link, by the way that their browsers take: name, TLS, proxy.
enum PageProbe {
    static func check(_ settings: Settings) throws -> String {
        let url = "\(try settings.base().text)/forgot"
        let status = try ask(url)
        guard status == 200 else { throw CommandFailure(description: "\(url) answers \(status), expected 200") }
        return "\(url) answers"
    }

    private static func ask(_ url: String) throws -> Int {
        guard let handle = unsafe curl_easy_init() else { throw CommandFailure(description: "libcurl has no handle") }
        defer { unsafe curl_easy_cleanup(handle) }
        unsafe resetd_setopt_string(handle, CURLOPT_URL, url)
        unsafe resetd_setopt_string(handle, CURLOPT_PROTOCOLS_STR, "http,https")
        // A HEAD: of the page itself nothing is wanted, and curl would print it.
        unsafe resetd_setopt_long(handle, CURLOPT_NOBODY, 1)
        unsafe resetd_setopt_long(handle, CURLOPT_NOSIGNAL, 1)
        unsafe resetd_setopt_long(handle, CURLOPT_TIMEOUT, 10)
        let code = unsafe curl_easy_perform(handle)
        guard code == CURLE_OK else {
            throw CommandFailure(description: "\(url): \(unsafe String(cString: curl_easy_strerror(code)))")
        }
        var status = 0
        unsafe resetd_getinfo_long(handle, CURLINFO_RESPONSE_CODE, &status)
        return status
    }
}
