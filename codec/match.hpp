#pragma once
// std::visit with one lambda for each alternative. Pure.

namespace barrage {

template <class... F>
struct Match : F... {
    using F::operator()...;
};

}   // namespace barrage
