#include "server/net/errands.h"

#include <future>
#include <thread>

#include "loop.h"

namespace paddock::net {
namespace {

using Answer = Errands::Answer;

Answer text(std::string what) {
  return std::optional(std::move(what));
}

}  // namespace

TEST_CASE("an errand runs on another thread, and what comes of it is heard on the loop") {
  Loop loop;
  Errands errands(loop.io);
  const auto here = std::this_thread::get_id();
  std::optional<std::string> heard;
  errands.run([here] { return text(std::this_thread::get_id() == here ? "here" : "elsewhere"); },
              [&](const Answer& answer) {
                CHECK(std::this_thread::get_id() == here);
                heard = **answer;
              });
  loop.until([&] { return heard.has_value(); });
  CHECK(*heard == "elsewhere");
}

TEST_CASE("nothing is heard of an errand behind the end of its owner") {
  Loop loop;
  auto errands = std::make_unique<Errands>(loop.io);
  std::promise<void> ended;
  auto open = std::make_shared<std::promise<void>>();
  auto door = std::make_shared<std::shared_future<void>>(open->get_future());
  bool heard = false;
  errands->run(
      [door, &ended] {
        door->wait();
        ended.set_value();
        return text("too late");
      },
      [&](const Answer&) { heard = true; });
  errands.reset();
  open->set_value();
  ended.get_future().wait();
  loop.settle();
  CHECK_FALSE(heard);
}

TEST_CASE("who sends too many on errands is told so at once") {
  Loop loop;
  Errands errands(loop.io);
  std::promise<void> open;
  const std::shared_future<void> door(open.get_future());
  std::vector<std::string> faults;
  int answers = 0;
  for (int i = 0; i < 40; ++i) {
    errands.run(
        [door] {
          door.wait();
          return text("");
        },
        [&](const Answer& answer) {
          if (!answer) faults.push_back(answer.fault().message);
          ++answers;
        });
  }
  loop.until([&] { return faults.size() == 8; });
  CHECK(faults.front() == "32 others wait for an answer already");
  open.set_value();
  loop.until([&] { return answers == 40; });
}

}  // namespace paddock::net
