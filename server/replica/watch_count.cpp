#include "server/replica/watch_count.h"

#include "protocol/client/records.h"
#include "protocol/jute/reader.h"

namespace paddock::replica {
namespace {

using client::OpCode;

// A path, and whether it is to be watched.
size_t of_read(jute::Reader reader) {
  reader.read_buffer();
  return reader.read_bool() && reader.ok() ? 1 : 0;
}

// A persistent watch is one of data and one of children.
size_t of_add_watch(jute::Reader reader) {
  reader.read_buffer();
  const auto mode = static_cast<client::AddWatchMode>(reader.read_int());
  if (!reader.ok()) return 0;
  return mode == client::AddWatchMode::persistent ? 2 : 1;
}

size_t of_list(jute::Reader& reader) {
  const int32_t count = reader.read_int();
  for (int32_t i = 0; i < count && reader.ok(); ++i) reader.read_buffer();
  return reader.ok() && count > 0 ? static_cast<size_t>(count) : 0;
}

// What the client has seen, then data, exist and child watches, then persistent and recursive ones.
size_t of_set_watches(jute::Reader reader, bool second_form) {
  reader.read_long();
  size_t count = of_list(reader) + of_list(reader) + of_list(reader);
  if (second_form) {
    count += 2 * of_list(reader);
    count += of_list(reader);
  }
  return reader.ok() ? count : 0;
}

}  // namespace

size_t watches_asked(OpCode type, std::string_view body) {
  const jute::Reader reader(body);
  switch (type) {
    case OpCode::exists:
    case OpCode::get_data:
    case OpCode::get_children:
    case OpCode::get_children2:
      return of_read(reader);
    case OpCode::add_watch:
      return of_add_watch(reader);
    case OpCode::set_watches:
      return of_set_watches(reader, false);
    case OpCode::set_watches2:
      return of_set_watches(reader, true);
    default:
      return 0;
  }
}

}  // namespace paddock::replica
