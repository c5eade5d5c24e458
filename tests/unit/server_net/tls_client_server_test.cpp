#include <catch2/catch.hpp>
#include <csignal>

#include "server/net/client_server.h"
#include "server/net/tls_session.h"
#include "server_fixture.h"
#include "tests/certs/certificates.h"

using namespace paddock;
using namespace paddock::net;
using paddock::tests::Authority;
using paddock::tests::Issued;
using paddock::tests::KeyDirectory;

namespace {

using Tcp = boost::asio::ip::tcp;
using PeerCertificate = TlsOptions::PeerCertificate;

// As the server's process does: OpenSSL writes to sockets that the other side has closed.
[[maybe_unused]] const auto kNoSigpipe = std::signal(SIGPIPE, SIG_IGN);

// Authorities are costly enough to be made once.
struct Files {
  Authority authority;
  Authority stranger{"Stranger CA"};
  Issued client = authority.issue({{"O", "Clients"}, {"CN", "bob"}}, "IP:127.0.0.1");
  Issued elsewhere = authority.issue({{"CN", "eve"}}, "IP:10.9.8.7,DNS:localhost");
  Issued forged = stranger.issue({{"CN", "bob"}}, "IP:127.0.0.1");
};

const Files& files() {
  static const Files files;
  return files;
}

// A client by hand: OpenSSL over a socket that does not block, driven by the fixture's loop.
class TlsClient {
 public:
  TlsClient(ServerFixture& fixture, uint16_t port, const Issued* own, int newest = TLS1_3_VERSION)
      : fixture_(fixture), context_(SSL_CTX_new(TLS_client_method())), socket_(fixture.io) {
    SSL_CTX_set_max_proto_version(context_.get(), newest);
    if (own != nullptr) {
      SSL_CTX_use_certificate(context_.get(), own->certificate.get());
      SSL_CTX_use_PrivateKey(context_.get(), own->key.get());
    }
    SSL_CTX_set_mode(context_.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    socket_.connect(Tcp::endpoint(boost::asio::ip::address_v4::loopback(), port));
    socket_.non_blocking(true);
    tls_.emplace(context_.get(), socket_.native_handle(), TlsSession::Side::client);
  }

  void write(std::string_view bytes) {
    fixture_.until([&] {
      boost::system::error_code error;
      bytes.remove_prefix(tls_->write_some(bytes, error));
      return bytes.empty() || (error && error != boost::asio::error::would_block);
    });
  }
  // Exactly `count` bytes, or all up to the end if there are fewer.
  std::string read(size_t count) {
    std::string bytes;
    fixture_.until([&] {
      std::string more(count - bytes.size(), '\0');
      boost::system::error_code error;
      more.resize(tls_->read_some(more.data(), more.size(), error));
      bytes += more;
      return bytes.size() == count || (error && error != boost::asio::error::would_block);
    });
    return bytes;
  }
  std::string say_hello() {
    write(framed("hello"));
    return read(framed("hello").size());
  }
  std::string server_name() const {
    const certs::CertificatePtr certificate = tls_->peer_certificate();
    char name[64] = "";
    if (certificate)
      X509_NAME_get_text_by_NID(X509_get_subject_name(certificate.get()), NID_commonName, name, sizeof name);
    return name;
  }
  const std::string& reason() const { return tls_->reason(); }

 private:
  ServerFixture& fixture_;
  certs::SslContextPtr context_;
  Tcp::socket socket_;
  std::optional<TlsSession> tls_;
};

struct TlsWorld {
  explicit TlsWorld(PeerCertificate wanted = PeerCertificate::demanded, ClientServerOptions given = {}) {
    TlsOptions tls;
    tls.keys.location = directory.write("server.pem", files().authority.issue({{"CN", "server"}}).pem());
    tls.trusted.location = directory.write("trusted.pem", files().authority.pem());
    tls.peer_certificate = wanted;
    if (given.tls) tls.check_client_address = given.tls->check_client_address;
    given.tls = tls;
    given.secure_address = "127.0.0.1";
    given.secure_port = 0;
    fixture.emplace(given);
  }
  TlsClient client(const Issued* own = &files().client, int newest = TLS1_3_VERSION) {
    return TlsClient(*fixture, fixture->server->secure_port(), own, newest);
  }

  KeyDirectory directory;
  std::optional<ServerFixture> fixture;
};

const std::string kEcho = framed("hello");

}  // namespace

TEST_CASE("TLS: a client with a trusted certificate is named before its first frame") {
  for (const int newest : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsWorld world;
    TlsClient client = world.client(&files().client, newest);
    CHECK(client.say_hello() == kEcho);
    CHECK(client.server_name() == "server");
    CHECK(world.fixture->log == "connect 1 127.0.0.1;certificate 1 CN=bob,O=Clients;frame 1 5;");
  }
}

TEST_CASE("TLS: who has no certificate, or one of a stranger, gets no frame through") {
  TlsWorld world;
  const bool forged = GENERATE(false, true);
  TlsClient client = world.client(forged ? &files().forged : nullptr);
  CHECK(client.say_hello().empty());
  world.fixture->until([&] { return world.fixture->log.ends_with("end 1;"); });
  CHECK(world.fixture->log == "connect 1 127.0.0.1;end 1;");
  CHECK(world.fixture->server->counters().handshakes_failed == 1);
  REQUIRE(world.fixture->remarks.size() == 1);
  INFO(world.fixture->remarks[0]);
  CHECK(world.fixture->remarks[0].starts_with("a handshake with 127.0.0.1 failed: "));
  CHECK(world.fixture->server->handshakes() == 0);
}

TEST_CASE("TLS: a certificate that is only wanted may be missing, but not be a stranger's") {
  TlsWorld world(PeerCertificate::taken);
  CHECK(world.client(nullptr).say_hello() == kEcho);
  CHECK(world.client().say_hello() == kEcho);
  CHECK(world.client(&files().forged).say_hello().empty());
}

TEST_CASE("TLS: with ssl.clientAuth=none nobody is asked for a certificate") {
  TlsWorld world(PeerCertificate::ignored);
  CHECK(world.client().say_hello() == kEcho);
  CHECK(world.fixture->log.find("certificate") == std::string::npos);
}

TEST_CASE("TLS: a verified client must have a certificate for its very address; names are not asked for") {
  ClientServerOptions options;
  options.tls.emplace().check_client_address = true;
  TlsWorld world(PeerCertificate::demanded, options);
  CHECK(world.client().say_hello() == kEcho);
  CHECK(world.client(&files().elsewhere).say_hello().empty());
  REQUIRE(world.fixture->remarks.size() == 1);
  CHECK(world.fixture->remarks[0].ends_with("its certificate is not for its address"));
}

TEST_CASE("TLS: large frames and large answers pass whole") {
  TlsWorld world;
  TlsClient client = world.client();
  REQUIRE(client.say_hello() == kEcho);
  std::string large(900000, '\0');
  for (size_t i = 0; i < large.size(); ++i) large[i] = static_cast<char>(i * 31 >> 3);
  for (int round = 0; round < 3; ++round) {
    client.write(framed(large));
    CHECK(client.read(large.size() + 4) == framed(large));
  }
}

TEST_CASE("TLS: what waits decrypted when a throttled connection goes on is not forgotten") {
  TlsWorld world;
  ServerFixture& fixture = *world.fixture;
  TlsClient client = world.client();
  REQUIRE(client.say_hello() == kEcho);
  fixture.throttled_connections.insert(ConnectionId{1});
  client.write(framed("one") + framed("two"));
  fixture.settle();
  CHECK(fixture.frames.size() == 1);
  fixture.throttled_connections.clear();
  fixture.server->resume_throttled();
  CHECK(client.read(14) == framed("one") + framed("two"));
}

TEST_CASE("TLS: four-letter words are answered, and the answer is whole") {
  TlsWorld world;
  TlsClient client = world.client();
  client.write("ruok");
  CHECK(client.read(100) == "imok");
}

TEST_CASE("TLS: a client that never finishes its handshake is gone after the time limit") {
  ClientServerOptions options;
  options.handshake_timeout_ms = 50;
  TlsWorld world(PeerCertificate::demanded, options);
  ServerFixture& fixture = *world.fixture;
  Tcp::socket silent(fixture.io);
  silent.connect(Tcp::endpoint(boost::asio::ip::address_v4::loopback(), fixture.server->secure_port()));
  fixture.until([&] { return fixture.log.ends_with("end 1;"); });
  REQUIRE(fixture.remarks.size() == 1);
  CHECK(fixture.remarks[0].ends_with("it took too long"));
}

TEST_CASE("TLS: handshakes over the limit are turned away, and the place of one that ended is free") {
  ClientServerOptions options;
  options.max_handshakes = 1;
  TlsWorld world(PeerCertificate::demanded, options);
  ServerFixture& fixture = *world.fixture;
  Tcp::socket silent(fixture.io);
  silent.connect(Tcp::endpoint(boost::asio::ip::address_v4::loopback(), fixture.server->secure_port()));
  fixture.until([&] { return fixture.server->handshakes() == 1; });
  CHECK(world.client().say_hello().empty());
  CHECK(fixture.server->counters().handshakes_exceeded == 1);
  silent.close();
  fixture.until([&] { return fixture.server->handshakes() == 0; });
  CHECK(world.client().say_hello() == kEcho);
}

TEST_CASE("TLS: a unified port takes both, told apart by the first byte") {
  ClientServerOptions options;
  options.unified = true;
  TlsWorld world(PeerCertificate::demanded, options);
  ServerFixture& fixture = *world.fixture;
  CHECK(TlsClient(fixture, fixture.server->port(), &files().client).say_hello() == kEcho);
  Tcp::socket plain = fixture.connect_with_session();
  Tcp::socket word = fixture.connect();
  fixture.write(word, "ruok");
  CHECK(fixture.read_to_end(word) == "imok");
  CHECK(TlsClient(fixture, fixture.server->port(), nullptr).say_hello().empty());
}

TEST_CASE("TLS: plain bytes on the secure port are no connection") {
  TlsWorld world;
  ServerFixture& fixture = *world.fixture;
  Tcp::socket plain(fixture.io);
  plain.connect(Tcp::endpoint(boost::asio::ip::address_v4::loopback(), fixture.server->secure_port()));
  plain.non_blocking(true);
  fixture.write(plain, framed("hello"));
  fixture.read_to_end(plain);
  CHECK(fixture.frames.empty());
}

TEST_CASE("TLS: renewed certificates are shown to who comes, and who is there stays") {
  TlsWorld world;
  ServerFixture& fixture = *world.fixture;
  TlsClient before = world.client();
  REQUIRE(before.say_hello() == kEcho);
  world.directory.write("server.pem", files().authority.issue({{"CN", "renewed"}}).pem());
  fixture.server->look_for_certificates();
  TlsClient after = world.client();
  CHECK(after.say_hello() == kEcho);
  CHECK(after.server_name() == "renewed");
  CHECK(before.say_hello() == kEcho);
}

TEST_CASE("TLS: files that cannot be used are told once, and the certificates before them stay") {
  TlsWorld world;
  ServerFixture& fixture = *world.fixture;
  world.directory.write("server.pem", "nothing");
  fixture.server->look_for_certificates();
  fixture.server->look_for_certificates();
  REQUIRE(fixture.remarks.size() == 1);
  CHECK(fixture.remarks[0].find("the certificates before them stay: ssl.keyStore.location: ") !=
        std::string::npos);
  TlsClient client = world.client();
  CHECK(client.say_hello() == kEcho);
  CHECK(client.server_name() == "server");
}
