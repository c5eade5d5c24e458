#include "server/main/logging.h"

#include <fcntl.h>
#include <poll.h>
#include <spdlog/async.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <mutex>

namespace paddock {
namespace {

constexpr size_t kQueueLines = 8192;

bool log_started = false;
bool stderr_is_the_log = false;

// Counts flushes, which the log thread does in order with the lines. Leaked on purpose: a log thread that is
// stuck in write() may outlive everything.
struct Flushes {
  std::mutex mutex;
  std::condition_variable changed;
  uint64_t done = 0;
};
Flushes& flushes() {
  static Flushes* const instance = new Flushes;
  return *instance;
}

// Only the log thread writes, so no lock of the sink's is needed around write().
class DescriptorSink : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
 public:
  explicit DescriptorSink(int descriptor) : descriptor_(descriptor) {}

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    std::string_view rest(line.data(), line.size());
    while (!rest.empty()) {
      const ssize_t count = ::write(descriptor_, rest.data(), rest.size());
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return;  // a log that cannot be written is no reason to stop serving
      rest.remove_prefix(static_cast<size_t>(count));
    }
  }
  void flush_() override {
    std::lock_guard lock(flushes().mutex);
    ++flushes().done;
    flushes().changed.notify_all();
  }

 private:
  const int descriptor_;
};

}  // namespace

Status start_log(const LogOptions& options) {
  int descriptor = STDERR_FILENO;
  if (!options.file.empty()) {
    descriptor = ::open(options.file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
    if (descriptor < 0) {
      return make_fault("paddock.log.file: cannot write {}: {}", options.file, std::strerror(errno));
    }
  }
  const auto level = spdlog::level::from_str(options.level);
  if (level == spdlog::level::off && options.level != "off") {
    return make_fault("paddock.log.level: '{}' is none of trace debug info warning error critical off",
                      options.level);
  }
  log_started = true;
  stderr_is_the_log = options.file.empty();
  spdlog::init_thread_pool(kQueueLines, 1);
  auto logger = std::make_shared<spdlog::async_logger>(
      "paddock", std::make_shared<DescriptorSink>(descriptor), spdlog::thread_pool(),
      spdlog::async_overflow_policy::overrun_oldest);
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
  logger->set_level(level);
  spdlog::set_default_logger(std::move(logger));
  return ok_status();
}

void tell_operator(std::string_view text) {
  if (stderr_is_the_log) return;
  pollfd terminal{STDERR_FILENO, POLLOUT, 0};
  if (poll(&terminal, 1, 0) != 1 || (terminal.revents & POLLOUT) == 0) return;
  const std::string line = fmt::format("paddockd: {}\n", text);
  // A pipe that is ready takes PIPE_BUF bytes without waiting.
  [[maybe_unused]] const ssize_t ignored =
      ::write(STDERR_FILENO, line.data(), std::min<size_t>(line.size(), 4096));
}

void drain_log(std::chrono::milliseconds patience) {
  if (!log_started) return;
  std::unique_lock lock(flushes().mutex);
  const uint64_t wanted = flushes().done + 1;
  lock.unlock();
  spdlog::default_logger_raw()->flush();
  lock.lock();
  flushes().changed.wait_for(lock, patience, [&] { return flushes().done >= wanted; });
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out += '"';
}

}  // namespace paddock
