// Boost.Asio's own source, compiled once (BOOST_ASIO_SEPARATE_COMPILATION is defined for the whole project).

#include <boost/asio/impl/src.hpp>
