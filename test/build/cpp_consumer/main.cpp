// Copyright 2026 the openpose_ros authors
// SPDX-License-Identifier: Apache-2.0
//
// Fill a message and ask for its type support, which lies in the shared libraries.

#include <iostream>

#include "openpose_ros/msg/pose_array.hpp"
#include "rosidl_typesupport_cpp/message_type_support.hpp"

int main()
{
  openpose_ros::msg::PoseArray poses;
  poses.skeleton = "coco_18";
  poses.people.resize(2);
  poses.people[1].body.score = {1.0f, 0.5f};

  using rosidl_typesupport_cpp::get_message_type_support_handle;
  if (get_message_type_support_handle<openpose_ros::msg::PoseArray>() == nullptr) {
    return 1;
  }
  std::cout << poses.skeleton << " " << poses.people.size() << " " <<
    poses.people[1].body.score[1] << "\n";
  return 0;
}
