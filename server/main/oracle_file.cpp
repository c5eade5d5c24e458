#include "server/main/oracle_file.h"

#include <spdlog/spdlog.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>

#include "server/main/clock.h"
#include "server/main/logging.h"
#include "server/zab/oracle.h"

namespace paddock {
namespace {

// Of several answers some may be late.
constexpr int64_t kAskMs = zab::Oracle::kWordMs / 5;

net::Errands::Answer first_character(const std::string& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "re"), std::fclose);
  if (!file) return make_fault("{}", std::strerror(errno));
  const int first = std::fgetc(file.get());
  if (first == EOF && std::ferror(file.get()) != 0) return make_fault("{}", std::strerror(errno));
  return std::optional(first == EOF ? std::string() : std::string(1, static_cast<char>(first)));
}

}  // namespace

OracleFile::OracleFile(boost::asio::io_context& io, std::string path, Listener listener)
    : path_(std::move(path)), listener_(std::move(listener)), timer_(io), errands_(io) {}

void OracleFile::ask() {
  timer_.expires_after(std::chrono::milliseconds(kAskMs));
  const Instant asked_at = now().monotonic;
  errands_.run([path = path_] { return first_character(path); },
               [this, asked_at](const net::Errands::Answer& answer) { hear(answer, asked_at); });
}

// The next question follows the answer: a disk that hangs is asked once.
void OracleFile::hear(const net::Errands::Answer& answer, Instant asked_at) {
  const bool grants = answer.ok() && **answer == "1";
  tell(answer.ok() ? (grants ? "may go on alone" : "may not go on alone") : answer.fault().message);
  listener_(grants, asked_at);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) ask();
  });
}

void OracleFile::tell(const std::string& answer) {
  if (std::exchange(told_, answer) == answer) return;
  spdlog::info("event=oracle file={} answer={}", quoted(path_), quoted(answer));
}

}  // namespace paddock
