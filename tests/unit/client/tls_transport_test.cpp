#include "client/tls_transport.h"

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <catch2/catch.hpp>
#include <csignal>

#include "protocol/certs/context_keys.h"
#include "tests/certs/certificates.h"

using namespace paddock;
using namespace paddock::client;
using paddock::tests::Authority;
using paddock::tests::Issued;
using paddock::tests::KeyDirectory;

namespace {

namespace ssl = boost::asio::ssl;
using Tcp = boost::asio::ip::tcp;
using Error = boost::system::error_code;

// OpenSSL writes to sockets that the other side has closed.
[[maybe_unused]] const auto kNoSigpipe = std::signal(SIGPIPE, SIG_IGN);

struct Files {
  Authority authority;
  Authority stranger{"Stranger CA"};
  Issued by_address = authority.issue({{"CN", "server"}}, "IP:127.0.0.1");
  Issued by_name = authority.issue({{"CN", "server"}}, "DNS:localhost");
  Issued client = authority.issue({{"CN", "bob"}});
  KeyDirectory directory;
  std::string trusted = directory.write("trusted.pem", authority.pem());
};

const Files& files() {
  static const Files files;
  return files;
}

certs::KeyFile file_of(const Issued& issued, const std::string& name) {
  return {files().directory.write(name, issued.pem()), "", ""};
}

// Takes one connection and sends back what comes.
class Echo {
  using Stream = ssl::stream<Tcp::socket>;

 public:
  Echo(boost::asio::io_context& io, const Issued& own, bool demands_certificate)
      : context_(ssl::context::tls_server),
        acceptor_(io, Tcp::endpoint(boost::asio::ip::make_address("127.0.0.1"), 0)) {
    SSL_CTX* const handle = context_.native_handle();
    REQUIRE(certs::use_key(handle, file_of(own, "server.pem"), "key"));
    REQUIRE(certs::use_trusted(handle, {files().trusted, "", ""}, "trusted"));
    if (demands_certificate)
      SSL_CTX_set_verify(handle, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    acceptor_.async_accept([this](Error err, Tcp::socket socket) {
      if (err) return;
      stream_ = std::make_unique<Stream>(std::move(socket), context_);
      stream_->async_handshake(ssl::stream_base::server, [this](Error refused) {
        if (refused)
          stream_->lowest_layer().close();
        else
          read();
      });
    });
  }

  uint16_t port() const { return acceptor_.local_endpoint().port(); }

 private:
  void read() {
    stream_->async_read_some(boost::asio::buffer(input_), [this](Error err, size_t size) {
      if (err) return;
      boost::asio::async_write(*stream_, boost::asio::buffer(input_, size), [this](Error failed, size_t) {
        if (!failed) read();
      });
    });
  }

  ssl::context context_;
  Tcp::acceptor acceptor_;
  std::unique_ptr<Stream> stream_;
  std::array<char, 4096> input_{};
};

struct World {
  explicit World(const Issued& server, bool demands_certificate = false)
      : echo(io, server, demands_certificate) {
    options.trusted = {files().trusted, "", ""};
  }

  // What comes back of "hello", or why nothing does.
  std::string say_hello(const std::string& host = "127.0.0.1") {
    const auto make = make_tls_transport(options);
    if (!make) return make.fault().message;
    const auto transport = (*make)(io.get_executor());
    std::string heard;
    Transport::Listener listener;
    listener.opened = [&] { transport->send("hello"); };
    listener.sent = [] {};
    listener.received = [&](std::string_view bytes) { heard += bytes; };
    listener.failed = [&](std::string_view reason) { heard = "failed: " + std::string(reason); };
    transport->open({host, echo.port()}, listener);
    while (heard.empty()) io.run_one();
    transport->close();
    return heard;
  }

  boost::asio::io_context io;
  Echo echo;
  TlsOptions options;
};

constexpr const char* kOtherHost = "failed: its certificate is refused: ";

}  // namespace

TEST_CASE("a server whose certificate names its address is talked to by the address") {
  CHECK(World(files().by_address).say_hello() == "hello");
  CHECK(World(files().by_name).say_hello("localhost") == "hello");
}

TEST_CASE("a server whose certificate names another host is refused, unless that is allowed") {
  CHECK(World(files().by_address).say_hello("localhost") == std::string(kOtherHost) + "hostname mismatch");
  CHECK(World(files().by_name).say_hello() == std::string(kOtherHost) + "IP address mismatch");
  World careless(files().by_name);
  careless.options.verify_host = false;
  CHECK(careless.say_hello() == "hello");
}

TEST_CASE("a server whose issuer is not trusted is refused, whoever it says it is") {
  World world(files().by_address);
  world.options.trusted.location = files().directory.write("stranger.pem", files().stranger.pem());
  world.options.verify_host = false;
  CHECK(world.say_hello().starts_with("failed: its certificate is refused: "));
}

TEST_CASE("a client shows its certificate where one is demanded") {
  World world(files().by_address, true);
  world.options.keys = file_of(files().client, "client.pem");
  CHECK(world.say_hello() == "hello");
  CHECK(World(files().by_address, true).say_hello().starts_with("failed: "));
}

TEST_CASE("files that cannot be used are named before anything is connected") {
  World world(files().by_address);
  world.options.trusted.location = "/nowhere.pem";
  CHECK(world.say_hello() == "trusted certificates: /nowhere.pem: cannot be read: No such file or directory");
  world.options.trusted.location = files().trusted;
  world.options.keys.location = files().trusted;
  CHECK(world.say_hello().starts_with("key and certificate: " + files().trusted + ": no private key"));
}
