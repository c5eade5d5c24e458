#include "server/net/peer_security.h"

#include "peer_keys.h"

namespace paddock::net {
namespace {

namespace ip = boost::asio::ip;

constexpr ServerId kCaller{7};

PeerProof proof(const Issued& shown, const char* from = "127.0.0.1") {
  X509_up_ref(shown.certificate.get());
  return {certs::CertificatePtr(shown.certificate.get()), ip::make_address(from)};
}

// One who is called by server 7, whose configured hosts are these.
struct Called : Loop {
  explicit Called(const std::vector<PeerAddress>& hosts, bool verifies = true) {
    auto options = shows(peer_keys().here);
    options.checks_callers = verifies;
    security = secured(*this, options);
    security->set_members({{kCaller, hosts}});
  }
  std::string fault(const PeerProof& shown, ServerId claimed = kCaller) const {
    const auto verified = security->verify_caller(claimed, shown);
    return verified ? "" : verified.fault().message;
  }
  std::shared_ptr<PeerSecurity> security;
};

TEST_CASE("PeerSecurity: an id belongs to who has a certificate for one of its hosts") {
  const Issued wild = peer_keys().authority.issue({{"CN", "any"}}, "DNS:*.example.com");
  const Issued common = peer_keys().authority.issue({{"CN", "zk9.example.com"}});
  const Called called({{"zk1.example.com", 1}, {"zk9.example.com", 1}});
  CHECK(called.fault(proof(peer_keys().elsewhere)) == "");
  CHECK(called.fault(proof(wild)) == "");
  CHECK(called.fault(proof(common)) == "");
  CHECK(
      called.fault(proof(peer_keys().here)) ==
      "it says that it is server 7, but shows the certificate of CN=here (from 127.0.0.1), which is not for "
      "zk1.example.com, zk9.example.com; see ssl.quorum.clientHostnameVerification");
}

TEST_CASE("PeerSecurity: an id whose host is a number belongs to who has a certificate for the number") {
  const Called called({{"10.9.8.7", 1}});
  CHECK(called.fault(proof(peer_keys().elsewhere)) == "");
  CHECK(called.fault(proof(peer_keys().here)) != "");
  CHECK(Called({{"::1", 1}}).fault(proof(peer_keys().authority.issue({{"CN", "six"}}, "IP:::1"))) == "");
}

TEST_CASE("PeerSecurity: a certificate for the caller's address counts if a host of the id stands for it") {
  Called called({{"localhost", 1}});
  called.until([&] { return called.fault(proof(peer_keys().here)).empty(); });
  // For its address, but that is not the host's; and for an address that it does not speak from.
  CHECK(called.fault(proof(peer_keys().elsewhere, "10.9.8.7")) != "");
  CHECK(called.fault(proof(peer_keys().elsewhere)) != "");
}

TEST_CASE("PeerSecurity: who is not configured, or was asked for no certificate, has nothing to compare") {
  const Called called({{"zk1.example.com", 1}});
  CHECK(called.fault(proof(peer_keys().here), ServerId{8}) == "");
  CHECK(called.fault({nullptr, ip::make_address("127.0.0.1")}) == "");
  CHECK(Called({{"zk1.example.com", 1}}, false).fault(proof(peer_keys().here)) == "");
}

TEST_CASE("PeerSecurity: a key that cannot be read is refused by the setting and the file") {
  Loop loop;
  auto options = shows(peer_keys().here);
  options.tls.keys.location = "/nowhere.pem";
  PeerSecurity security(loop.io, options, [](std::string_view) {});
  const auto opened = security.open();
  REQUIRE(!opened);
  CHECK(opened.fault().message ==
        "ssl.quorum.keyStore.location: /nowhere.pem: cannot be read: No such file or directory");
}

}  // namespace
}  // namespace paddock::net
