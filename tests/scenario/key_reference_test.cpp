// Which texts are keys, and what they name.
#include "scenario/key_reference.hpp"

#include <catch2/catch.hpp>

#include <array>

namespace cmksim::key_reference_test {

using namespace cmksim;
using namespace cmksim::scenario;

namespace {

/// `VAULT/KEY/VERSION` as far as a URI names them, `malformed` otherwise.
std::string parts(const std::optional<KeyIdentifier>& key) {
    if (!key) {
        return "malformed";
    }
    std::string text;
    text.append(key->vault).append("/").append(key->key);
    return key->version.empty() ? text : text.append("/").append(key->version);
}

std::string ofUri(std::string_view uri) {
    const std::array<std::string, 3> suffixes{"vault.azure.net", "vault.azure.cn", "vault.usgovcloudapi.net"};
    return parts(parseKeyUri(uri, suffixes));
}

std::string ofShort(std::string_view text) { return parts(parseShortKey(text)); }

} // namespace

TEST_CASE("a key URI names a vault, a key and perhaps a version") {
    CHECK(ofUri("https://contoso-kv.vault.azure.net/keys/cmk") == "contoso-kv/cmk");
    CHECK(ofUri("https://contoso-kv.vault.azure.net/keys/cmk/8f0c2b51d9d04a7fb4b2d6a1c1c0e9aa") ==
          "contoso-kv/cmk/8f0c2b51d9d04a7fb4b2d6a1c1c0e9aa");
    CHECK(ofUri("https://kv1.vault.azure.net/keys/Key-1/V1") == "kv1/Key-1/V1");
}

TEST_CASE("the port of HTTPS and the sovereign clouds' suffixes are fine, and a host is matched whatever its case") {
    CHECK(ofUri("https://kv1.vault.azure.net:443/keys/cmk/v1") == "kv1/cmk/v1");
    CHECK(ofUri("https://kv1.vault.azure.cn/keys/cmk") == "kv1/cmk");
    CHECK(ofUri("https://kv1.vault.usgovcloudapi.net:443/keys/cmk") == "kv1/cmk");
    CHECK(ofUri("https://KV1.Vault.Azure.NET/keys/cmk") == "KV1/cmk");
}

TEST_CASE("a URI of anything else is malformed") {
    for (const auto* uri :
         {"https://kv1.vault.azure.net", "https://kv1.vault.azure.net/", "https://kv1.vault.azure.net/keys",
          "https://kv1.vault.azure.net/keys/", "https://kv1.vault.azure.net/secrets/cmk",
          "https://kv1.vault.azure.net/Keys/cmk", "https://kv1.vault.azure.net//keys/cmk",
          "https://kv1.vault.azure.net/keys//v1", "https://kv1.vault.azure.net/keys/cmk/",
          "https://kv1.vault.azure.net/keys/cmk/v1/", "https://kv1.vault.azure.net/keys/cmk/v1/x",
          "https://kv1.vault.azure.net/keys/cmk//v1", "https://kv1.vault.azure.net/keys/cmk/v-1",
          "https://kv1.vault.azure.net/keys/cmk?api-version=7.4", "https://kv1.vault.azure.net/keys/c_mk",
          "https://kv1.vault.azure.net/keys/cmk#v1", "https://kv1.vault.azure.net/keys/ cmk"}) {
        INFO(uri);
        CHECK(ofUri(uri) == "malformed");
    }
}

TEST_CASE("so is one on a host that is no vault") {
    for (const auto* uri :
         {"https://kv1.vault.azure.com/keys/cmk", "https://vault.azure.net/keys/cmk", "https://kv1/keys/cmk",
          "https://.vault.azure.net/keys/cmk", "https:///keys/cmk", "https://kv1.vault.azure.net:8443/keys/cmk",
          "https://kv1.vault.azure.net:443:443/keys/cmk", "https://kv1.vault.azure.net:/keys/cmk",
          "https://kv1.vault.azure.net./keys/cmk", "https://kv.vault.azure.net/keys/cmk",
          "https://kv1.sub.vault.azure.net/keys/cmk", "https://me@kv1.vault.azure.net/keys/cmk",
          "http://kv1.vault.azure.net/keys/cmk", "HTTPS://kv1.vault.azure.net/keys/cmk",
          "https:/kv1.vault.azure.net/keys/cmk", " https://kv1.vault.azure.net/keys/cmk", "kv1/cmk", ""}) {
        INFO(uri);
        CHECK(ofUri(uri) == "malformed");
    }
}

TEST_CASE("names in a URI are as long as Key Vault allows, and no longer") {
    const std::string host = ".vault.azure.net/keys/";
    const auto uri = [&](std::size_t vault, std::size_t key, std::size_t version) {
        return ofUri("https://" + std::string(vault, 'v') + host + std::string(key, 'k') +
                     (version > 0 ? "/" + std::string(version, '1') : ""));
    };
    CHECK(uri(3, 1, 1) != "malformed");
    CHECK(uri(24, 127, 32) != "malformed");
    CHECK(uri(2, 1, 0) == "malformed");
    CHECK(uri(25, 1, 0) == "malformed");
    CHECK(uri(3, 128, 0) == "malformed");
    CHECK(uri(3, 1, 33) == "malformed");
}

TEST_CASE("the short form is VAULT/KEY or VAULT/KEY/VERSION") {
    CHECK(ofShort("kv1/cmk") == "kv1/cmk");
    CHECK(ofShort("kv1/cmk/v1") == "kv1/cmk/v1");
    for (const auto* text : {"", "/", "kv1", "kv1/", "/cmk", "kv1//v1", "kv1/cmk/", "kv1/cmk/v1/x", "kv1/cmk/v-1",
                             "k/cmk", "kv1/c mk", "https:/kv1.vault.azure.net"}) {
        INFO(text);
        CHECK(ofShort(text) == "malformed");
    }
}

TEST_CASE("ASCII text is compared without regard to case, and nothing else is") {
    CHECK(equalIgnoringCase("WrapKey", "wrapkey"));
    CHECK(equalIgnoringCase("", ""));
    CHECK_FALSE(equalIgnoringCase("wrapKey", "wrapKeys"));
    CHECK_FALSE(equalIgnoringCase("@", "`"));
    CHECK_FALSE(equalIgnoringCase("\xC3\x84", "\xC3\xA4"));
}

} // namespace cmksim::key_reference_test
