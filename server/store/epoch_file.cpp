// Slot (little-endian), at offsets 0 and 4096, so that no sector or page holds both:
//   u64 magic | u32 version | u32 accepted | u32 current | u32 zero | u64 generation | u64 XXH3-64 of all
//   before
//
// Both slots are written, one after the other, before a write counts as durable. So each of them alone holds
// the promise, and one rotten slot can never bring an older promise back.
#include "server/store/epoch_file.h"

#include <array>

#include "server/store/durable_file.h"
#include "server/store/little_endian.h"

namespace paddock::store {
namespace {

constexpr char kName[] = "epochs";
constexpr uint64_t kMagic = 0x48434f5045444b50;  // "PKDEPOCH"
constexpr uint32_t kVersion = 1;
constexpr size_t kSlotBytes = 40;
constexpr std::array<uint64_t, 2> kSlotOffsets = {0, 4096};

struct Slot {
  Epochs epochs;
  uint64_t generation = 0;
};

std::string encode(const Slot& slot) {
  std::string bytes;
  append_to(bytes, kMagic);
  append_to(bytes, kVersion);
  append_to(bytes, slot.epochs.accepted);
  append_to(bytes, slot.epochs.current);
  append_to(bytes, uint32_t{0});
  append_to(bytes, slot.generation);
  append_to(bytes, checksum_of(bytes));
  return bytes;
}

std::string path_in(const std::string& directory) {
  return directory + "/" + kName;
}

// Nothing for a slot that is not whole; a fault for a whole one of a later version.
Result<std::optional<Slot>> decode(const std::string& path, std::string_view bytes) {
  std::optional<Slot> none;
  if (bytes.size() < kSlotBytes || load<uint64_t>(bytes.data()) != kMagic) return none;
  if (load<uint64_t>(bytes.data() + 32) != checksum_of(bytes.substr(0, 32))) return none;
  const auto version = load<uint32_t>(bytes.data() + 8);
  if (version != kVersion) {
    return make_fault("{}: format version {}; this server reads version {}", path, version, kVersion);
  }
  Slot slot;
  slot.epochs.accepted = load<uint32_t>(bytes.data() + 12);
  slot.epochs.current = load<uint32_t>(bytes.data() + 16);
  slot.generation = load<uint64_t>(bytes.data() + 24);
  return std::optional<Slot>(slot);
}

struct Stored {
  std::array<std::optional<Slot>, 2> slots;

  // Index of the slot that counts; nothing if neither is whole.
  std::optional<size_t> newest() const {
    if (!slots[0] && !slots[1]) return std::nullopt;
    if (!slots[0]) return 1;
    if (!slots[1]) return 0;
    return slots[1]->generation > slots[0]->generation ? 1 : 0;
  }
};

Result<Stored> read_slots(File& file, const std::string& path) {
  Stored stored;
  for (size_t i = 0; i < kSlotOffsets.size(); ++i) {
    const auto bytes = file.read_at(kSlotOffsets[i], kSlotBytes);
    if (!bytes.ok()) return bytes.fault();
    auto slot = decode(path, *bytes);
    if (!slot.ok()) return slot.fault();
    stored.slots[i] = *slot;
  }
  if (!stored.newest()) {
    return make_fault(
        "{}: neither copy of the epochs (offsets 0 and 4096) is whole, so a promise may be lost. If this "
        "server "
        "belongs to an ensemble, empty its dataDir and dataLogDir and let it join anew; otherwise restore "
        "the "
        "file from a backup of this moment",
        path);
  }
  return stored;
}

// Both copies, the one that counts last.
Status write_slots(File& file, const Slot& slot, size_t last) {
  const std::string bytes = encode(slot);
  for (const size_t i : {1 - last, last}) {
    if (Status done = file.write_at(kSlotOffsets[i], bytes); !done.ok()) return done;
    if (Status done = file.sync_data(); !done.ok()) return done;
  }
  return ok_status();
}

Status create(Env& env, const std::string& directory, const Epochs& epochs) {
  const std::string slot = encode({epochs, 1});
  std::string content = slot;
  content.resize(kSlotOffsets[1], '\0');
  content += slot;
  return write_whole_file(env, directory, kName, content);
}

}  // namespace

Result<std::optional<Epochs>> read_epochs(Env& env, const std::string& directory) {
  const std::string path = path_in(directory);
  const auto exists = env.exists(path);
  if (!exists.ok()) return exists.fault();
  if (!*exists) return std::optional<Epochs>();
  auto file = env.open(path, Env::Open::existing);
  if (!file.ok()) return file.fault();
  const auto stored = read_slots(**file, path);
  if (!stored.ok()) return stored.fault();
  const size_t newest = *stored->newest();
  const Slot& slot = *stored->slots[newest];
  const std::optional<Slot>& other = stored->slots[1 - newest];
  const bool cut_short = !other || other->generation != slot.generation;
  // What was written before a kill may still be in the page cache only, and we are about to act on it. So may
  // the second of two equal slots: a power cut during the next write, of the first, would then take both.
  const Status durable =
      cut_short ? write_slots(**file, {slot.epochs, slot.generation + 1}, newest) : (*file)->sync_data();
  if (!durable.ok()) return durable.fault();
  return std::optional<Epochs>(slot.epochs);
}

Status write_epochs(Env& env, const std::string& directory, const Epochs& epochs) {
  const std::string path = path_in(directory);
  const auto exists = env.exists(path);
  if (!exists.ok()) return exists.fault();
  if (!*exists) return create(env, directory, epochs);

  auto file = env.open(path, Env::Open::existing);
  if (!file.ok()) return file.fault();
  const auto stored = read_slots(**file, path);
  if (!stored.ok()) return stored.fault();
  const size_t newest = *stored->newest();
  const Slot& old = *stored->slots[newest];
  PADDOCK_CHECK(epochs.accepted >= old.epochs.accepted && epochs.current >= old.epochs.current,
                "epochs go back from {}/{} to {}/{}", old.epochs.accepted, old.epochs.current,
                epochs.accepted, epochs.current);
  return write_slots(**file, {epochs, old.generation + 1}, newest);
}

}  // namespace paddock::store
