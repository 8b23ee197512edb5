#pragma once
// The configuration by which a router takes sessions of loadgen: one template for each kind of router. docs/routers.md shows them. Pure; any
// thread.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "codec/asn.hpp"
#include "io/endpoint.hpp"

namespace barrage::doctor {

struct Neighbors {
    Endpoint router;
    Asn router_as;
    struct One {
        IpAddress address;
        Asn as;
    };
    std::vector<One> all;
    bool multihop = false;   // they are not on a network of the router
    std::string md5_key;     // empty: none
};

struct RouterKind {
    std::string_view word;   // "frr"
    std::string_view name;   // "FRR"
    std::string (*configuration)(const Neighbors&);
};
const std::vector<RouterKind>& router_kinds();
/// Null: there is none of this word.
const RouterKind* router_kind(std::string_view word);

}   // namespace barrage::doctor
