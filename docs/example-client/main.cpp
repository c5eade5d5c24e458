// A program with an installed Paddock client: counts how often it has run, one copy at a time.
//
//   cmake -B build -DCMAKE_PREFIX_PATH=/opt/paddock && cmake --build build
//   build/visits 127.0.0.1:2181
#include <client/blocking_client.h>
#include <client/recipes/counter.h>
#include <client/recipes/lock.h>

#include <iostream>

using namespace paddock::client;
using namespace paddock::recipes;

namespace {

int complain(const std::string& problem) {
  std::cerr << "visits: " << problem << std::endl;
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  const auto servers = parse_connect_string(argc > 1 ? argv[1] : "127.0.0.1:2181");
  if (!servers) return complain(servers.fault().message);
  BlockingClient zk(servers.value());

  Lock lock(zk.client(), "/visits/lock");
  Outcome<Hold> hold = zk.run([&] { return lock.acquire(Deadline::in_ms(30000)); });
  if (!hold) return complain("no lock: " + std::string(name_of(hold.err)) + " " + zk.client()->last_error());

  Counter visits(zk.client(), "/visits/count");
  const Outcome<int64_t> count = zk.run([&] { return visits.add(1); });
  if (!count) return complain("no count: " + std::string(name_of(count.err)));
  std::cout << "visit " << count.value << " under fence " << hold.value.fence().value << std::endl;

  zk.run([&] { return hold.value.release(); });
  return 0;
}
