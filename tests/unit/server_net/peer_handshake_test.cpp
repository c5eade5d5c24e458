#include "server/net/peer_handshake.h"

#include <optional>

#include "peer_keys.h"

namespace paddock::net {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using Tcp = Loop::Tcp;
using boost::system::error_code;

const std::vector<PeerAddress> kHere = {{"127.0.0.1", 1}};

// What came of one side's handshake.
struct Outcome {
  PeerHandshake::Done note() {
    return [this](Status result, Stream its) {
      status = std::move(result);
      stream.emplace(std::move(its));
    };
  }
  bool is_known() const { return status.has_value(); }
  std::string fault() const { return *status ? "" : status->fault().message; }

  std::optional<Status> status;
  std::optional<Stream> stream;
};

// Two ends of one connection.
struct Ends : Loop {
  Ends() : acceptor(listen()), near(connect(acceptor.local_endpoint().port())), far(accept(acceptor)) {}

  std::shared_ptr<PeerHandshake> dial(const std::shared_ptr<PeerSecurity>& security,
                                      const std::vector<PeerAddress>& addresses = kHere) {
    auto handshake = std::make_shared<PeerHandshake>(Stream(std::move(near)), security);
    handshake->start_dialled(addresses, dialled.note());
    return handshake;
  }
  std::shared_ptr<PeerHandshake> accept_from(const std::shared_ptr<PeerSecurity>& security) {
    auto handshake = std::make_shared<PeerHandshake>(Stream(std::move(far)), security);
    handshake->start_accepted(accepted.note());
    return handshake;
  }
  void until_both_are_known() {
    until([&] { return dialled.is_known() && accepted.is_known(); });
  }
  std::string pass(Stream& from, Stream& to, const std::string& bytes) {
    std::string arrived;
    std::string_view left = bytes;
    until([&] {
      error_code ignored;
      left.remove_prefix(from.write_some(boost::asio::buffer(left), ignored));
      std::string more(64 << 10, '\0');
      more.resize(to.read_some(boost::asio::buffer(more), ignored));
      arrived += more;
      return arrived.size() >= bytes.size();
    });
    return arrived;
  }
  std::string shown_to(Outcome& outcome) { return PeerProof::of(*outcome.stream).text(); }

  Tcp::acceptor acceptor;
  Tcp::socket near;
  Tcp::socket far;
  Outcome dialled;
  Outcome accepted;
};

TEST_CASE("PeerHandshake: servers that trust one authority show each other who they are, and bytes pass") {
  Ends ends;
  const auto security = secured(ends, peer_keys().here);
  ends.dial(security);
  ends.accept_from(security);
  CHECK(!ends.dialled.is_known());  // nobody is told from within
  ends.until_both_are_known();
  REQUIRE(ends.dialled.fault() == "");
  REQUIRE(ends.accepted.fault() == "");
  CHECK(ends.shown_to(ends.dialled) == "the certificate of CN=here (from 127.0.0.1)");
  CHECK(ends.shown_to(ends.accepted) == "the certificate of CN=here (from 127.0.0.1)");
  const std::string much(300000, 'x');
  CHECK(ends.pass(*ends.dialled.stream, *ends.accepted.stream, much) == much);
  CHECK(ends.pass(*ends.accepted.stream, *ends.dialled.stream, "back") == "back");
}

TEST_CASE("PeerHandshake: whom an unknown authority vouches for is refused, with the settings to look at") {
  Ends ends;
  ends.dial(secured(ends, peer_keys().here));
  ends.accept_from(secured(ends, peer_keys().forged));
  ends.until_both_are_known();
  CHECK_THAT(ends.dialled.fault(), StartsWith("the TLS handshake failed: certificate verify failed: "));
  CHECK_THAT(ends.dialled.fault(),
             Contains("; see ssl.quorum.trustStore here and ssl.quorum.keyStore there"));
  CHECK_THAT(ends.accepted.fault(), Contains("alert"));
  CHECK_THAT(ends.accepted.fault(),
             Contains("; see ssl.quorum.keyStore here and ssl.quorum.trustStore there"));
}

TEST_CASE("PeerHandshake: who dials and has no certificate, or a stranger's, is refused where it dials") {
  Ends ends;
  const bool forged = GENERATE(false, true);
  ends.accept_from(secured(ends, peer_keys().here));
  const certs::SslContextPtr context(SSL_CTX_new(TLS_client_method()));
  if (forged) {
    SSL_CTX_use_certificate(context.get(), peer_keys().forged.certificate.get());
    SSL_CTX_use_PrivateKey(context.get(), peer_keys().forged.key.get());
  }
  TlsSession caller(context.get(), ends.near.native_handle(), TlsSession::Side::client);
  ends.until([&] {
    error_code ignored;
    caller.shake_hands(ignored);
    return ends.accepted.is_known();
  });
  const char* const expected = forged ? "certificate verify failed: " : "peer did not return a certificate";
  CHECK_THAT(ends.accepted.fault(), StartsWith(std::string("the TLS handshake failed: ") + expected));
  CHECK_THAT(ends.accepted.fault(),
             Contains(forged ? "see ssl.quorum.trustStore" : "ssl.quorum.clientAuth here"));
}

TEST_CASE("PeerHandshake: where no certificate is demanded of who dials, it need not have one") {
  Ends ends;
  auto lenient = shows(peer_keys().here);
  lenient.tls.peer_certificate = TlsOptions::PeerCertificate::taken;
  ends.accept_from(secured(ends, lenient));
  const certs::SslContextPtr context(SSL_CTX_new(TLS_client_method()));
  TlsSession caller(context.get(), ends.near.native_handle(), TlsSession::Side::client);
  ends.until([&] {
    error_code ignored;
    caller.shake_hands(ignored);
    return ends.accepted.is_known();
  });
  REQUIRE(ends.accepted.fault() == "");
  CHECK(ends.shown_to(ends.accepted) == "no certificate (from 127.0.0.1)");
}

TEST_CASE("PeerHandshake: servers without a protocol or a cipher in common are told where to look") {
  Ends ends;
  auto one = shows(peer_keys().here);
  auto other = shows(peer_keys().here);
  const bool of_ciphers = GENERATE(false, true);
  if (of_ciphers) {
    one.tls.ciphers = {"TLS_AES_128_GCM_SHA256"};
    other.tls.ciphers = {"TLS_AES_256_GCM_SHA384"};
  } else {
    one.tls.protocols = {"TLSv1.2"};
    other.tls.protocols = {"TLSv1.3"};
  }
  ends.dial(secured(ends, one));
  ends.accept_from(secured(ends, other));
  ends.until_both_are_known();
  const char* const setting = of_ciphers ? "ssl.quorum.ciphersuites" : "ssl.quorum.enabledProtocols";
  CHECK_THAT(ends.dialled.fault(), Contains(setting));
  CHECK_THAT(ends.accepted.fault(), Contains(setting));
}

TEST_CASE("PeerHandshake: a server that was dialled must be one of those that were meant") {
  Ends ends;
  auto options = shows(peer_keys().here);
  const bool verifies = GENERATE(true, false);
  options.checks_names = verifies;
  ends.dial(secured(ends, options), {{"127.0.0.1", 1}, {"zk2.example.com", 1}});
  ends.accept_from(secured(ends, peer_keys().elsewhere));
  ends.until_both_are_known();
  CHECK(ends.dialled.fault() ==
        (verifies ? "it shows the certificate of CN=elsewhere (from 127.0.0.1), which is not for 127.0.0.1, "
                    "zk2.example.com; see ssl.quorum.hostnameVerification"
                  : ""));
}

TEST_CASE("PeerHandshake: a certificate is for a name, or for the address that the name led to") {
  Ends ends;
  ends.dial(secured(ends, peer_keys().here), {{"localhost", 1}});
  ends.accept_from(secured(ends, GENERATE(0, 1) == 0 ? peer_keys().localhost : peer_keys().here));
  ends.until_both_are_known();
  CHECK(ends.dialled.fault() == "");
}

TEST_CASE("PeerHandshake: who does not speak TLS is let in where both are, and loses no byte") {
  Ends ends;
  auto options = shows(peer_keys().here);
  options.accepts_plain = GENERATE(true, false);
  ends.accept_from(secured(ends, options));
  ends.write(ends.near, "\xff plain");
  ends.until([&] { return ends.accepted.is_known(); });
  if (!options.accepts_plain) {
    CHECK(ends.accepted.fault() == "it does not speak TLS; see sslQuorum of both, and portUnification here");
    return;
  }
  REQUIRE(ends.accepted.fault() == "");
  CHECK(ends.accepted.stream->tls() == nullptr);
  CHECK(ends.read(ends.accepted.stream->socket(), 7) == "\xff plain");
}

TEST_CASE("PeerHandshake: who is dialled and does not speak TLS is told of with the setting to look at") {
  Ends ends;
  ends.dial(secured(ends, peer_keys().here));
  ends.write(ends.far, std::string(64, '\xff'));
  ends.until([&] { return ends.dialled.is_known(); });
  CHECK_THAT(ends.dialled.fault(), Contains("wrong version number; see sslQuorum of both"));
}

TEST_CASE("PeerHandshake: who says nothing, or only begins, is given up in time, and nobody waits for it") {
  Ends ends;
  auto hasty = shows(peer_keys().here);
  hasty.handshake_timeout_ms = 300;
  ends.accept_from(secured(ends, hasty));
  if (GENERATE(false, true)) ends.write(ends.near, std::string(1, kFirstByteOfTls));

  Outcome dialled;
  Outcome accepted;
  auto near = ends.connect(ends.acceptor.local_endpoint().port());
  auto far = ends.accept(ends.acceptor);
  const auto security = secured(ends, peer_keys().here);
  std::make_shared<PeerHandshake>(Stream(std::move(far)), security)->start_accepted(accepted.note());
  std::make_shared<PeerHandshake>(Stream(std::move(near)), security)->start_dialled(kHere, dialled.note());
  ends.until([&] { return dialled.is_known() && accepted.is_known(); });
  CHECK(!ends.accepted.is_known());

  ends.until([&] { return ends.accepted.is_known(); });
  CHECK(ends.accepted.fault() ==
        "the TLS handshake was not done within the 300 ms of ssl.quorum.handshakeDetectionTimeoutMillis");
}

TEST_CASE("PeerHandshake: who leaves before it has said anything is a fault") {
  Ends ends;
  ends.accept_from(secured(ends, peer_keys().here));
  ends.near.close();
  ends.until([&] { return ends.accepted.is_known(); });
  CHECK(ends.accepted.fault() == "it left before it said anything");
}

TEST_CASE("PeerHandshake: one that is cancelled tells nothing and closes") {
  Ends ends;
  const auto security = secured(ends, peer_keys().here);
  ends.dial(security)->cancel();
  ends.accept_from(security)->cancel();
  ends.settle();
  CHECK(!ends.dialled.is_known());
  CHECK(!ends.accepted.is_known());
}

TEST_CASE(
    "PeerHandshake: a renewed certificate is shown from the next handshake on, and no connection ends") {
  Ends first;
  const auto options = shows(peer_keys().here);
  const auto server = secured(first, options);
  const auto caller = secured(first, peer_keys().here);
  first.dial(caller);
  first.accept_from(server);
  first.until_both_are_known();

  const Issued renewed = peer_keys().authority.issue({{"CN", "renewed"}}, "IP:127.0.0.1");
  const auto name = options.tls.keys.location.substr(options.tls.keys.location.rfind('/') + 1);
  peer_keys().directory.write(name, renewed.pem());
  server->look_at_files();
  Ends second;
  second.dial(caller);
  second.accept_from(server);
  second.until_both_are_known();
  CHECK(second.shown_to(second.dialled) == "the certificate of CN=renewed (from 127.0.0.1)");
  CHECK(first.pass(*first.accepted.stream, *first.dialled.stream, "still here") == "still here");
}

}  // namespace
}  // namespace paddock::net
