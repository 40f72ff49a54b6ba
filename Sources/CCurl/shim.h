#ifndef RESETD_CCURL_SHIM_H
#define RESETD_CCURL_SHIM_H

#include <curl/curl.h>

// curl_easy_setopt and curl_easy_getinfo are variadic, which Swift does not import; one function for each kind of argument.
static inline CURLcode resetd_setopt_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode resetd_setopt_string(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode resetd_setopt_pointer(CURL *handle, CURLoption option, void *value) {
    return curl_easy_setopt(handle, option, value);
}

typedef size_t (*resetd_header_function)(char *bytes, size_t size, size_t count, void *context);

static inline CURLcode resetd_setopt_header_function(CURL *handle, resetd_header_function function) {
    return curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, function);
}

static inline CURLcode resetd_getinfo_socket(CURL *handle, curl_socket_t *socket) {
    return curl_easy_getinfo(handle, CURLINFO_ACTIVESOCKET, socket);
}

static inline CURLcode resetd_getinfo_long(CURL *handle, CURLINFO info, long *value) {
    return curl_easy_getinfo(handle, info, value);
}

static inline CURLcode resetd_getinfo_offset(CURL *handle, CURLINFO info, curl_off_t *value) {
    return curl_easy_getinfo(handle, info, value);
}

// The lines of the first certificate, "name:value", or null; they belong to the handle.
static inline struct curl_slist *resetd_getinfo_certificate(CURL *handle) {
    struct curl_certinfo *info = NULL;
    if (curl_easy_getinfo(handle, CURLINFO_CERTINFO, &info) != CURLE_OK || info == NULL || info->num_of_certs < 1) {
        return NULL;
    }
    return info->certinfo[0];
}

// CURLVERSION_NOW names an enumeration's case by a macro, which Swift does not import either.
static inline const curl_version_info_data *resetd_curl_version(void) {
    return curl_version_info(CURLVERSION_NOW);
}

#endif
