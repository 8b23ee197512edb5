# What every target of barrage is built with, and the one way a top folder becomes a library.

set(BARRAGE_SANITIZE "" CACHE STRING "Sanitizers, as -fsanitize takes them")
option(BARRAGE_WERROR "Warnings are errors" ON)
option(BARRAGE_UNITY "Several sources are compiled as one: half the time for all of them, more for one" OFF)
option(BARRAGE_PCH "Precompiled headers, ours among them: for clang, which maps them; g++ 12 is slower with them" OFF)

add_library(barrage_flags INTERFACE)
target_include_directories(barrage_flags INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(barrage_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wno-missing-field-initializers
  $<$<CXX_COMPILER_ID:Clang>:-Wno-unknown-warning-option>
  # What is in an unnamed namespace of a source that is compiled with others seems to be a header's.
  $<$<AND:$<BOOL:${BARRAGE_UNITY}>,$<CXX_COMPILER_ID:GNU>>:-Wno-subobject-linkage>
  # Often false in g++ 12 (PR 105651, 105562, 106757); -Wtsan is about fences in Asio.
  -Wno-restrict -Wno-maybe-uninitialized -Wno-stringop-overflow -Wno-stringop-overread -Wno-array-bounds -Wno-tsan)

target_compile_definitions(barrage_flags INTERFACE BARRAGE_VERSION="${PROJECT_VERSION}" BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION)
if(BARRAGE_WERROR)
  target_compile_options(barrage_flags INTERFACE -Werror)
endif()
if(BARRAGE_SANITIZE)
  target_compile_options(barrage_flags INTERFACE -fsanitize=${BARRAGE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(barrage_flags INTERFACE -fsanitize=${BARRAGE_SANITIZE})
endif()

find_program(BARRAGE_CCACHE ccache)
if(BARRAGE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${BARRAGE_CCACHE})
endif()
find_program(BARRAGE_MOLD mold)
if(BARRAGE_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

# Compiles the headers of cmake/pch/HEADERS.hpp (and others) once for a target, and several of its sources as one, where these are on.
function(barrage_compile_fast target headers)
  set_target_properties(${target} PROPERTIES UNITY_BUILD ${BARRAGE_UNITY} UNITY_BUILD_BATCH_SIZE 8)
  if(BARRAGE_PCH)
    target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:Clang>:SHELL:-Xclang -fno-pch-timestamp>)
    target_precompile_headers(${target} PRIVATE ${CMAKE_SOURCE_DIR}/cmake/pch/${headers}.hpp ${ARGN})
  endif()
endfunction()

# barrage_library(NAME [PUBLIC …] [PRIVATE …] [EXCEPT FILE…] [ALONE FILE…]): all .cpp below the folder NAME as the library
# barrage_NAME; a bare name of another top folder stands for its library. ALONE: never compiled as one with others.
function(barrage_library folder)
  cmake_parse_arguments(arg "" "" "PUBLIC;PRIVATE;EXCEPT;ALONE" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.cpp)
  foreach(left_out ${arg_EXCEPT})
    list(REMOVE_ITEM sources ${CMAKE_SOURCE_DIR}/${folder}/${left_out})
  endforeach()
  if(NOT sources)
    file(WRITE ${CMAKE_BINARY_DIR}/empty_${folder}.cpp "")
    set(sources ${CMAKE_BINARY_DIR}/empty_${folder}.cpp)
  endif()
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.hpp)
  add_library(barrage_${folder} STATIC ${sources})
  foreach(alone ${arg_ALONE})
    set_source_files_properties(${folder}/${alone} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  endforeach()
  target_sources(barrage_${folder} PUBLIC FILE_SET HEADERS BASE_DIRS ${CMAKE_SOURCE_DIR} FILES ${headers})
  set_target_properties(barrage_${folder} PROPERTIES LINKER_LANGUAGE CXX)
  set(public barrage_flags)
  foreach(used ${arg_PUBLIC})
    if(TARGET barrage_${used})
      list(APPEND public barrage_${used})
    else()
      list(APPEND public ${used})
    endif()
  endforeach()
  target_link_libraries(barrage_${folder} PUBLIC ${public} PRIVATE ${arg_PRIVATE})
  if(folder STREQUAL tuning)
    set_target_properties(barrage_tuning PROPERTIES UNITY_BUILD ${BARRAGE_UNITY})
  elseif(folder MATCHES "^(engine|loadgen)$")
    barrage_compile_fast(barrage_${folder} ${folder})
  else()
    barrage_compile_fast(barrage_${folder} codec)
  endif()
endfunction()
