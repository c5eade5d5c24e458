#include "server/net/errands.h"

#include <boost/asio/post.hpp>
#include <map>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

namespace paddock::net {
namespace {

constexpr size_t kMaxErrands = 32;

}  // namespace

// Outlives the errands' owner as long as there is an errand under way.
struct Errands::Door {
  std::mutex mutex;  // of io
  boost::asio::io_context* io;
  // The loop's alone
  std::map<uint64_t, std::function<void(const Answer&)>> waiting;
  uint64_t last = 0;

  static void tell(const std::shared_ptr<Door>& door, uint64_t number, Answer answer) {
    const std::lock_guard lock(door->mutex);
    if (door->io == nullptr) return;
    boost::asio::post(*door->io, [door, number, answer = std::move(answer)] {
      const auto found = door->waiting.extract(number);
      if (found) found.mapped()(answer);
    });
  }
};

Errands::Errands(boost::asio::io_context& io) : door_(std::make_shared<Door>()) {
  door_->io = &io;
}

Errands::~Errands() {
  close();
}

void Errands::close() {
  {
    const std::lock_guard lock(door_->mutex);
    door_->io = nullptr;
  }
  // Who waits may hold what holds this.
  const auto forgotten = std::exchange(door_->waiting, {});
}

void Errands::run(std::function<Answer()> work, std::function<void(const Answer&)> then) {
  const bool full = door_->waiting.size() >= kMaxErrands;
  const uint64_t number = ++door_->last;
  door_->waiting[number] = std::move(then);
  if (full) return Door::tell(door_, number, make_fault("{} others wait for an answer already", kMaxErrands));
  try {
    std::thread([door = door_, number, work = std::move(work)] {
      Door::tell(door, number, work());
    }).detach();
  } catch (const std::system_error& error) {
    Door::tell(door_, number, make_fault("no thread to ask on: {}", error.what()));
  }
}

}  // namespace paddock::net
