#include "client/shell/notices.h"

#include <poll.h>

#include <catch2/catch.hpp>

namespace paddock::client::shell {
namespace {

bool readable(const Notices& notices) {
  pollfd source{notices.descriptor(), POLLIN, 0};
  return ::poll(&source, 1, 0) == 1;
}

}  // namespace

TEST_CASE("while a prompt is up notices wait for the editor, in their order") {
  Notices notices;
  notices.hold(true);
  CHECK_FALSE(readable(notices));
  notices.tell("one\n");
  notices.tell("two\n");
  CHECK(readable(notices));
  CHECK(notices.take() == "one\ntwo\n");
  CHECK_FALSE(readable(notices));
  CHECK(notices.take().empty());
}

TEST_CASE("without a prompt nothing waits") {
  Notices notices;
  notices.hold(true);
  notices.tell("(a notice of a test)\n");
  notices.hold(false);
  CHECK_FALSE(readable(notices));
  CHECK(notices.take().empty());
}

}  // namespace paddock::client::shell
