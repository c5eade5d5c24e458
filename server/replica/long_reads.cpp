#include "server/replica/long_reads.h"

#include "protocol/jute/reader.h"

namespace paddock::replica {
namespace {

using client::OpCode;

constexpr size_t kManyNodes = 10'000;
// Bytes of a request for many things.
constexpr size_t kManyBytes = 4096;

}  // namespace

bool takes_long(const znode::State& state, OpCode type, std::string_view body) {
  switch (type) {
    case OpCode::get_all_children_number:
      return state.tree().node_count() > kManyNodes;
    case OpCode::get_children:
    case OpCode::get_children2: {
      jute::Reader reader(body);
      const znode::NodeIndex node = state.tree().find(reader.read_buffer().view());
      return node != znode::kNoNode && static_cast<size_t>(state.tree().child_count(node)) > kManyNodes;
    }
    case OpCode::multi_read:
    case OpCode::set_watches:
    case OpCode::set_watches2:
      return body.size() > kManyBytes;
    default:
      return false;
  }
}

}  // namespace paddock::replica
