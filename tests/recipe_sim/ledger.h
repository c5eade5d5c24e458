// Ledger: what programs put in, took out and counted, and what must be left of it in the end.
//
//   Q1  an item that was put in is there, or somebody has got it: it was handed out, or it may have been
//   Q2  Queue hands an item out at most once; an item of LockingQueue is finished at most once
//   Q3  an item of LockingQueue that is not there any more has been worked on
//   Q4  a counter holds what was added for certain, and at most what may have been added besides; no two
//       additions were told of the same number
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "tests/recipe_sim/court.h"

namespace paddock::recipe_sim {

class Ledger {
 public:
  struct Item {
    bool put = false;  // for certain
    int taken = 0;     // for certain
    bool in_doubt = false;
    int finished = 0;
  };

  // A name that no other item has.
  std::string new_item() { return "item " + std::to_string(++last_item_); }
  Item& item(const std::string& queue, const std::string& name) { return queues_[queue][name]; }
  void taken(Court& court, const std::string& queue, const std::string& name);
  void finished(Court& court, const std::string& queue, const std::string& name);
  void added(Court& court, int64_t number);
  void maybe_added() { ++maybe_; }

  // `left`: what is in the queue. `unheard`: so many programs ended before they could tell what they have
  // got.
  void check_queue(Court& court, const std::set<std::string>& left, size_t unheard) const;
  void check_locking_queue(Court& court, const std::set<std::string>& left) const;
  void check_counter(Court& court, int64_t number, size_t unheard) const;

 private:
  using Items = std::map<std::string, Item>;
  uint64_t last_item_ = 0;
  std::map<std::string, Items> queues_;
  std::set<int64_t> numbers_;
  int64_t maybe_ = 0;
};

}  // namespace paddock::recipe_sim
